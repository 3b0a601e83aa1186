/** A block of more values is split, so that to put one in moves few others. */
const MOST_IN_BLOCK = 512;

/** Different values in the order of `isBefore`. Adding, removing and finding a place take no longer than a few hundred moves. */
export class SortedList<T> {
  readonly #isBefore: (one: T, other: T) => boolean;
  readonly #blocks: T[][] = [];

  constructor(isBefore: (one: T, other: T) => boolean) {
    this.#isBefore = isBefore;
  }

  add(value: T): void {
    const at = this.#blockOf(value);
    const block = this.#blocks[at];
    if (!block) {
      this.#blocks.push([value]);
      return;
    }
    block.splice(this.#placeIn(block, value), 0, value);
    if (block.length > MOST_IN_BLOCK) this.#blocks.splice(at + 1, 0, block.splice(MOST_IN_BLOCK / 2));
  }

  /** Removes a value that is there. */
  delete(value: T): void {
    const at = this.#blockOf(value);
    const block = this.#blocks[at];
    block?.splice(this.#placeIn(block, value), 1);
    if (block?.length === 0) this.#blocks.splice(at, 1);
  }

  /** The values behind one that may be there or not; without one, all. */
  *behind(value?: T): Generator<T, void, undefined> {
    let at = value === undefined ? 0 : this.#blockOf(value);
    let from = value === undefined ? 0 : this.#placeIn(this.#blocks[at] ?? [], value);
    for (; at < this.#blocks.length; at += 1, from = 0) {
      const block = this.#blocks[at] ?? [];
      for (; from < block.length; from += 1) {
        const next = block[from] as T;
        if (value === undefined || this.#isBefore(value, next)) yield next;
      }
    }
  }

  /** The last block that begins with the value or before it, or else the first. */
  #blockOf(value: T): number {
    return Math.max(0, this.#first(this.#blocks, (block) => this.#isBefore(value, block[0] as T)) - 1);
  }

  /** Where the value is in a block, or should be. */
  #placeIn(block: readonly T[], value: T): number {
    return this.#first(block, (other) => !this.#isBefore(other, value));
  }

  /** Where the first is for which something holds, which holds for all behind it too. */
  #first<U>(list: readonly U[], holds: (one: U) => boolean): number {
    let [from, to] = [0, list.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (holds(list[middle] as U)) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}
