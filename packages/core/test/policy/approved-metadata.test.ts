import { expect, expectTypeOf, it } from "vitest";
import type { AssessedClientMetadata, ClientMetadata } from "../../src/client-metadata/client-metadata.js";
import { applyPolicies, type ApprovedMetadata, type Recheck } from "../../src/policy/apply-policies.js";
import type { RegistrationProposal } from "../../src/policy/registration-policy.js";
import { ok } from "../../src/lib/result.js";
import { CALLBACK, judge, recheck } from "./proposal.js";

/** Stands for what writes a record: it takes what the policies approved. */
const record = (metadata: ApprovedMetadata): ClientMetadata => metadata;

it("metadata that no policy step approved does not compile", () => {
  expectTypeOf<ClientMetadata>().not.toExtend<ApprovedMetadata>();
  expectTypeOf<AssessedClientMetadata>().not.toExtend<ApprovedMetadata>();
  expectTypeOf<RegistrationProposal["metadata"]>().not.toExtend<ApprovedMetadata>();
  expectTypeOf<ApprovedMetadata<AssessedClientMetadata>>().toExtend<ApprovedMetadata>();

  const plain: ClientMetadata = CALLBACK;
  // @ts-expect-error: it was never judged
  record(plain);
  // @ts-expect-error: nor was this
  record({ ...CALLBACK });
  // @ts-expect-error: the seal has no name that could be written
  record({ ...CALLBACK, approved: true });
});

it("what the policy step approved does compile, and is still assessed", () => {
  const judged = judge(CALLBACK, []);
  if (!judged.ok) throw new Error("refused");
  expect(record(judged.value.metadata)).toMatchObject(CALLBACK);
  expectTypeOf(judged.value.metadata).toExtend<AssessedClientMetadata>();
});

it("a second check that forgets the metadata rules does not compile for assessed metadata", () => {
  const forgetful: Recheck<ClientMetadata> = (metadata) => ok(metadata);
  expectTypeOf(recheck).toExtend<Recheck<ClientMetadata>>();
  // @ts-expect-error: it answers metadata that was not assessed
  expectTypeOf(applyPolicies<AssessedClientMetadata>).toBeCallableWith(null as never, [], forgetful);
});
