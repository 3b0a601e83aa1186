import { requireThat } from "../lib/misuse.js";

/**
 * How far clocks may differ, in seconds; 60 unless told.
 * @throws MisuseError for less than 0 and more than 300
 */
export function checkClockTolerance(seconds = 60): number {
  requireThat(
    Number.isInteger(seconds) && seconds >= 0 && seconds <= 300,
    "ERR_OPTION",
    "clockToleranceSeconds: must be a whole number from 0 to 300",
  );
  return seconds;
}
