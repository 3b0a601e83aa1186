import { memoryStore } from "../src/memory.js";
import { registrationStoreContract } from "../../contract-tests/src/registration-store-contract.js";
import { describe, expect, it } from "vitest";

registrationStoreContract({ describe, it, expect }, { name: "memory", createStore: () => memoryStore() });
