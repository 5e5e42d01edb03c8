/** What Nest hands the database to its controllers by. */
export const DATABASE = Symbol('database');
