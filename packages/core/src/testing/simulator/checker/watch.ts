import type { Participant } from '../../../ports/directory.ts';
import { ProgramBooks } from './books.ts';
import { Intents } from './intents.ts';
import { Truth } from './truth.ts';
import type { World } from './watched.ts';

/** Everything that the checker knows in the middle of a run. */
export class Watch {
  readonly world: World;
  readonly intents = new Intents();
  readonly truth = new Truth();
  /** Replaced when the store loses commits. */
  books = new Map<string, ProgramBooks>();
  /** The last destination of each participant, by program and id, as far as the tap saw them. */
  readonly participants = new Map<string, Participant>();
  /** How often the store lost commits. */
  losses = 0;

  constructor(world: World) {
    this.world = world;
  }

  program(program: string): ProgramBooks {
    const known = this.books.get(program);
    if (known !== undefined) return known;
    const books = new ProgramBooks(program);
    this.books.set(program, books);
    return books;
  }

  storeNow(): number {
    return (this.world.storeNow ?? this.world.now)();
  }
}
