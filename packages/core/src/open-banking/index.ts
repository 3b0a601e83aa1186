export { openBankingPreset, type OpenBankingOptions } from "./open-banking-preset.js";
