import { CONSOLE_SETTINGS } from "./table/console.js";
import { LIMITS_SETTINGS } from "./table/limits.js";
import { LISTENING_SETTINGS } from "./table/listening.js";
import { REGISTRATION_SETTINGS } from "./table/registration.js";
import { STORAGE_SETTINGS } from "./table/storage.js";

/** What an operator can set. A flag wins over an environment variable, and a variable over the configuration file. */
export const SETTINGS = {
  ...LISTENING_SETTINGS,
  ...STORAGE_SETTINGS,
  ...REGISTRATION_SETTINGS,
  ...LIMITS_SETTINGS,
  ...CONSOLE_SETTINGS,
} as const;

export type Flag = keyof typeof SETTINGS;
