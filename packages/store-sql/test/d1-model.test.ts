import { registrationStoreModel, registrationStoreRaces } from "@oauth-dcr/contract-tests";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openD1Store } from "../src/d1.js";
import { d1Databases } from "./d1-support.js";

const { newDatabase } = await d1Databases();
const createStore = () => openD1Store(newDatabase());
registrationStoreModel({ describe, it, expect }, fc, { name: "D1", runs: 20, createStore });
registrationStoreRaces({ describe, it, expect }, fc, { name: "D1", runs: 40, createStore });
