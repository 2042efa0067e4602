/** What one brand knows of a person. */
export interface Person {
  readonly lastName?: string | undefined;
  readonly firstName?: string | undefined;
  readonly middleName?: string | undefined;
  /** A calendar date. */
  readonly birthDate?: string | undefined;
  readonly gender?: "female" | "male" | undefined;
}
