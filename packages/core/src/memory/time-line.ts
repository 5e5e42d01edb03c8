import type { Journal } from './journal.ts';

/** Where an id stands: at a time in milliseconds, and among those of one time by its code units. */
interface Place {
  readonly at: number;
  readonly id: string;
}

/** A full piece is cut in two: short enough to insert into, long enough that there are few. */
const PIECE_LENGTH_MAX = 512;

/**
 * Ids in the order of time and id, so that the next ones after a place are found without looking at the others. The
 * order is kept in short sorted pieces: inserting moves a few hundred places, not a million.
 */
export class TimeLine {
  readonly #pieces: Place[][] = [];
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Adds an id that does not stand at the time. */
  add(at: number, id: string): void {
    this.#insert({ at, id });
    this.#journal.record(() => {
      this.#take({ at, id });
    });
  }

  /** Removes an id that stands at the time. */
  remove(at: number, id: string): void {
    this.#take({ at, id });
    this.#journal.record(() => {
      this.#insert({ at, id });
    });
  }

  /** The ids that stand after a place and not later than the time, in order. */
  *after(at: number, id: string, until: number): Generator<string> {
    const place = { at, id };
    let number = this.#pieceOf(place);
    let index = lowerBound(this.#pieces[number] ?? [], place);
    for (let piece = this.#pieces[number]; piece !== undefined; piece = this.#pieces[(number += 1)]) {
      for (let next = piece[index]; next !== undefined; next = piece[(index += 1)]) {
        if (next.at > until) return;
        if (next.at !== at || next.id !== id) yield next.id;
      }
      index = 0;
    }
  }

  /** The ids that stand before a place, the last first. */
  *before(at: number, id: string): Generator<string> {
    const place = { at, id };
    let number = this.#pieceOf(place);
    let index = lowerBound(this.#pieces[number] ?? [], place) - 1;
    for (let piece = this.#pieces[number]; piece !== undefined; piece = this.#pieces[(number -= 1)]) {
      for (let next = piece[index]; next !== undefined; next = piece[(index -= 1)]) yield next.id;
      index = (this.#pieces[number - 1]?.length ?? 0) - 1;
    }
  }

  #insert(place: Place): void {
    const number = this.#pieceOf(place);
    const piece = this.#pieces[number];
    if (piece === undefined) {
      this.#pieces.push([place]);
      return;
    }
    piece.splice(lowerBound(piece, place), 0, place);
    if (piece.length > PIECE_LENGTH_MAX) {
      this.#pieces.splice(number + 1, 0, piece.splice(piece.length >>> 1));
    }
  }

  #take(place: Place): void {
    const number = this.#pieceOf(place);
    const piece = this.#pieces[number];
    if (piece === undefined) return;
    piece.splice(lowerBound(piece, place), 1);
    if (piece.length === 0) this.#pieces.splice(number, 1);
  }

  /** The number of the last piece that begins at or before the place; the first, if none does. */
  #pieceOf(place: Place): number {
    let low = 0;
    let high = this.#pieces.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      const first = this.#pieces[middle]?.[0];
      if (first !== undefined && isBefore(place, first)) high = middle;
      else low = middle;
    }
    return low;
  }
}

/** The index of the first place in a piece that is not before the given one. */
function lowerBound(piece: readonly Place[], place: Place): number {
  let low = 0;
  let high = piece.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const between = piece[middle];
    if (between !== undefined && isBefore(between, place)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBefore(left: Place, right: Place): boolean {
  return left.at === right.at ? left.id < right.id : left.at < right.at;
}
