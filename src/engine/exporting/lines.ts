/**
 * The texts of a column out of what `COPY … (format binary)` sends: the server neither looks for what would have to be quoted in them
 * nor quotes it, which takes it as long as to send them.
 * Source: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
 */
import { Readable } from "node:stream";

/** The signature, the flags and the length of an extension, of which there is none. */
const HEADER_BYTES = 19;
/** The number of fields, which is one, and the length of the only one. */
const FRAME_BYTES = 6;
const END = -1;

/** Joins them as they come, whatever they end with. Fails where they end before the server has said so. */
export const textsOf = (copied: Readable): Readable => Readable.from(unframed(copied), { objectMode: false });

async function* unframed(copied: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const frames = framesAfterHeader();
  for await (const chunk of copied) {
    const texts = frames.take(chunk);
    if (texts.length > 0) yield texts;
  }
  if (!frames.isEnded()) throw new Error("the copy has ended before its end");
}

/** Keeps what of a frame has come so far: a chunk ends anywhere. */
function framesAfterHeader() {
  let held: Buffer = Buffer.alloc(0);
  let toSkip = HEADER_BYTES;
  let textLeft = 0;
  let isEnded = false;
  return {
    isEnded: () => isEnded,
    /** The texts that a chunk has, moved together in its own place. */
    take(chunk: Buffer): Buffer {
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      let read = 0;
      let written = 0;
      while (read < bytes.length && !isEnded) {
        if (toSkip > 0) {
          const skipped = Math.min(toSkip, bytes.length - read);
          toSkip -= skipped;
          read += skipped;
        } else if (textLeft > 0) {
          const taken = Math.min(textLeft, bytes.length - read);
          bytes.copyWithin(written, read, read + taken);
          textLeft -= taken;
          read += taken;
          written += taken;
        } else if (bytes.length - read >= 2 && bytes.readInt16BE(read) === END) {
          isEnded = true;
        } else if (bytes.length - read >= FRAME_BYTES) {
          textLeft = bytes.readInt32BE(read + 2);
          read += FRAME_BYTES;
        } else {
          break;
        }
      }
      held = isEnded ? Buffer.alloc(0) : Buffer.from(bytes.subarray(read));
      return bytes.subarray(0, written);
    },
  };
}
