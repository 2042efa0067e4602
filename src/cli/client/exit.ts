/** How a run ends: with what went wrong in words, where a person can do something about it. */

/** Runs, and gives the code to exit with: 0 only where all is well. */
export async function exitCodeOf(run: () => Promise<boolean>): Promise<0 | 1> {
  try {
    return (await run()) ? 0 : 1;
  } catch (error) {
    process.stderr.write(`\n${inWords(error)}\n`);
    return 1;
  }
}

/** The message and those of its causes; a mistake in the program keeps its stack. */
function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const mistake = error instanceof TypeError || error instanceof ReferenceError;
  const own = mistake ? (error.stack ?? error.message) : error.message;
  return error.cause === undefined ? own : `${own}\n  ${inWords(error.cause)}`;
}
