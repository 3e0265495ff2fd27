/**
 * Of a script: an outcome that is known must be written even when memory is short; beginning something new must not. Without such a
 * first line Redis would refuse single commands, and none after a script's first deletion: half of a script would be carried out.
 */
export const ALLOW_OOM = "#!lua flags=allow-oom";
export const REFUSE_OOM = "#!lua";
/** Of a script that only reads: it is carried out where nothing may be written. */
export const READ_ONLY = "#!lua flags=no-writes";
