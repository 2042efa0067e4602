/** What was asked and answered, to be read by people: when a history fails, this is what is printed of it. */

const ID = /\b(mbr|prf|pur|ret|ord|lot|hld|quo|opn|acc)_[0-9a-f]{32}\b/g;

export class Log {
  readonly #lines: string[] = [];
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  say(line: string): void {
    this.#lines.push(this.#named(line));
  }

  toString(): string {
    return this.#lines.join("\n");
  }

  /** Ids by the order in which they came: they differ from run to run. */
  #named(line: string): string {
    return line.replaceAll(ID, (id, kind: string) => {
      const known = this.#names.get(id);
      if (known !== undefined) return known;
      const count = (this.#counts.get(kind) ?? 0) + 1;
      this.#counts.set(kind, count);
      const name = `${kind}#${count}`;
      this.#names.set(id, name);
      return name;
    });
  }
}
