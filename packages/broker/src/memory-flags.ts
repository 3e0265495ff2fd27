/**
 * Of a script: an outcome that is known must be written even when memory is short; beginning something new must not. Without such a
 * first line Redis would refuse single commands, and none after a script's first deletion: half of a script would be carried out.
 */
export const ALLOW_OOM = "#!lua flags=allow-oom";
export const REFUSE_OOM = "#!lua";
