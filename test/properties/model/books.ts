/** The books of all entities, added up from single entries. An account's balance is what was debited less what was credited. */

interface Entry {
  readonly entity: string;
  readonly debit: string;
  readonly credit: string;
  readonly amount: bigint;
}

export class Books {
  readonly #entities = new Map<string, Map<string, bigint>>();

  /** Answers false where the entry leaves an account of the member on the wrong side of zero. */
  post({ entity, debit, credit, amount }: Entry): boolean {
    const accounts = this.#entities.get(entity) ?? new Map<string, bigint>();
    this.#entities.set(entity, accounts);
    const debited = (accounts.get(debit) ?? 0n) + amount;
    accounts.set(debit, debited);
    const credited = (accounts.get(credit) ?? 0n) - amount;
    accounts.set(credit, credited);
    return isPossible(debit, debited) && isPossible(credit, credited);
  }

  copy(): Books {
    const copy = new Books();
    for (const [entity, accounts] of this.#entities) copy.#entities.set(entity, new Map(accounts));
    return copy;
  }

  /** What was debited less what was credited. */
  balance(entity: string, account: string): bigint {
    return this.#entities.get(entity)?.get(account) ?? 0n;
  }

  /** The first account in which two books differ. */
  difference(other: Books): string | undefined {
    return this.#missingFrom(other) ?? other.#missingFrom(this);
  }

  /** The first account that its mirror does not match: what one entity owes to another is what that one has from it. */
  unmirrored(): string | undefined {
    for (const debtor of this.#entities.keys()) {
      for (const creditor of this.#entities.keys()) {
        const owed = this.balance(debtor, `due_to:${creditor}`) + this.balance(creditor, `due_from:${debtor}`);
        if (owed !== 0n) return `${debtor} due_to:${creditor}`;
      }
    }
    return undefined;
  }

  /** The first entity whose debits and credits differ. */
  unbalanced(): string | undefined {
    for (const [entity, accounts] of this.#entities) {
      let total = 0n;
      for (const balance of accounts.values()) total += balance;
      if (total !== 0n) return entity;
    }
    return undefined;
  }

  #missingFrom(other: Books): string | undefined {
    for (const [entity, accounts] of this.#entities) {
      const others = other.#entities.get(entity);
      for (const [account, balance] of accounts) {
        if (balance !== (others?.get(account) ?? 0n)) return `${entity} ${account}`;
      }
    }
    return undefined;
  }
}

/** What the member has is the entity's liability, a credit; what the member owes is a debit. */
function isPossible(account: string, balance: bigint): boolean {
  if (account === "debt") return balance >= 0n;
  return balance <= 0n || !(account === "pending" || account === "available" || account === "held");
}
