/** Something that the demo needs did not start. The message says what and what it said last. */
export class StageError extends Error {
  override readonly name = "StageError";
}
