/** How a run ends: with what went wrong in words, where a person can do something about it. */

/** Runs, and gives the code to exit with: 0 only where all is well. */
export async function exitCodeOf(run: () => Promise<boolean>): Promise<0 | 1> {
  try {
    return (await run()) ? 0 : 1;
  } catch (error) {
    process.stderr.write(`\n${inWords(error)}\n`);
    if (error instanceof TypeError || error instanceof ReferenceError) process.stderr.write(`${error.stack ?? ""}\n`);
    return 1;
  }
}

/** The message and those of its causes. */
function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Several addresses that were all tried in vain come as one error without a message.
  const own = error.message === "" ? error.name : error.message;
  return error.cause === undefined ? own : `${own}\n  ${inWords(error.cause)}`;
}
