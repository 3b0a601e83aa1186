import { consentStoreContract, registrationStoreContract } from "@oauth-dcr/contract-tests";
import { describe, expect, it } from "vitest";
import { openD1Store } from "../src/d1.js";
import { d1Databases } from "./d1-support.js";

const { newDatabase } = await d1Databases();
const options = { name: "D1", createStore: () => openD1Store(newDatabase()) };
registrationStoreContract({ describe, it, expect }, options);
consentStoreContract({ describe, it, expect }, options);
