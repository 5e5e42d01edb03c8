/** The text of the module that carries the migrations, for the migrations as they are on disk. */
export function embedded(): string;
