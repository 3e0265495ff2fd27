import { z } from "zod";

/** Something that can be changed at what runs, by somebody outside this process. */
export interface Lever<Running> {
  readonly about: string;
  readonly input: z.ZodType;
  /** Changes it, unless the input is not of the form: then it says what is wrong. */
  pull(running: Running, input: unknown): Promise<{ readonly refused?: string }>;
}

export function lever<Running, Input>(
  about: string,
  input: z.ZodType<Input>,
  change: (running: Running, input: Input) => unknown,
): Lever<Running> {
  return {
    about,
    input,
    async pull(running, given) {
      const read = input.safeParse(given);
      if (!read.success) return { refused: z.prettifyError(read.error) };
      await change(running, read.data);
      return {};
    },
  };
}

/** The same lever at one thing that runs. */
export function bound<Running>({ about, input, pull }: Lever<Running>, running: () => Running): Lever<void> {
  return { about, input, pull: (_, given) => pull(running(), given) };
}
