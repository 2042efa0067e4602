/** What can be asked about members. */
import type { Module } from "../engine/definition/module.ts";
import { accessInvariants } from "./accesses/invariants.ts";
import { listAccesses, listAccessesBy } from "./accesses/list.ts";
import { memberBlock } from "./blocking/block.ts";
import { blockInvariants } from "./blocking/invariants.ts";
import { listBlocks } from "./blocking/list.ts";
import { memberUnblock } from "./blocking/unblock.ts";
import { consentChange } from "./consents/change.ts";
import { consentInvariants } from "./consents/invariants.ts";
import { listConsents } from "./reads/consents.ts";
import { memberErase } from "./erasing/ask.ts";
import { memberEraseCancel } from "./erasing/cancel.ts";
import { memberErasure } from "./erasing/carry-out.ts";
import { erasedClearing } from "./erasing/clearing.ts";
import { erasureInvariants } from "./erasing/invariants.ts";
import { clearErasedJob, eraseAtOnce, eraseMembersJob } from "./erasing/job.ts";
import { readErasure } from "./erasing/read.ts";
import { memberEvents } from "./events.ts";
import { memberInvariants } from "./invariants.ts";
import { identifierAdding } from "./identifying/adding.ts";
import { identifierEnd } from "./identifying/ending.ts";
import { identifierInvariants } from "./identifying/invariants.ts";
import { listIdentifiers } from "./identifying/list.ts";
import { memberReads } from "./reads/reads.ts";
import { joiningInvariants } from "./joining/invariants.ts";
import { merge } from "./joining/merging/merge.ts";
import { mergeReads } from "./joining/merging/merge-reads.ts";
import { profileParting } from "./joining/parting/profile-parting.ts";
import { unmerge } from "./joining/parting/unmerge.ts";
import { linkConfirmation } from "./linking/confirm.ts";
import { customerLinkInvariants } from "./linking/invariants.ts";
import { sendLinkCodes } from "./linking/send.ts";
import { linkStart } from "./linking/start.ts";
import { mergeOverrideApproval } from "./overriding/approval.ts";
import { overrideInvariants } from "./overriding/invariants.ts";
import { listOverrides } from "./overriding/list.ts";
import { mergeOverride } from "./overriding/request.ts";
import { representativeEnd } from "./representing/end.ts";
import { representativeGrant } from "./representing/grant.ts";
import { representativeInvariants } from "./representing/invariants.ts";
import { listRepresentatives } from "./representing/list.ts";
import { registration } from "./registration/registration.ts";
import { staffInvariants } from "./staff/invariants.ts";
import { listStaff } from "./staff/list.ts";
import { staffRegistration } from "./staff/registration.ts";
import { matchAssignment } from "./review/assignment.ts";
import { readMatchCandidate } from "./review/candidate-read.ts";
import { matchDecision } from "./review/decision.ts";
import { candidateInvariants } from "./review/invariants.ts";
import { listCandidates } from "./review/list.ts";
import { matchProposal } from "./review/proposal.ts";

export const memberModule: Module = {
  name: "members",
  tags: [
    { name: "Members", description: "Profiles of the brands, and the members whom they lead to." },
    { name: "Identity", description: "Members who become one, and part again." },
  ],
  operations: [
    registration,
    identifierAdding,
    identifierEnd,
    consentChange,
    memberBlock,
    memberUnblock,
    memberErase,
    memberEraseCancel,
    representativeGrant,
    representativeEnd,
    merge,
    unmerge,
    profileParting,
    matchProposal,
    matchAssignment,
    matchDecision,
    mergeOverride,
    mergeOverrideApproval,
    linkStart,
    linkConfirmation,
    staffRegistration,
  ],
  ownOperations: [memberErasure, erasedClearing],
  afterwards: [sendLinkCodes, eraseAtOnce],
  jobs: [eraseMembersJob, clearErasedJob],
  reads: [
    ...memberReads,
    listIdentifiers,
    listConsents,
    listAccesses,
    listAccessesBy,
    listBlocks,
    readErasure,
    listRepresentatives,
    ...mergeReads,
    listOverrides,
    listStaff,
    listCandidates,
    readMatchCandidate,
  ],
  events: memberEvents,
  invariants: [
    ...memberInvariants,
    ...identifierInvariants,
    ...consentInvariants,
    ...accessInvariants,
    ...blockInvariants,
    ...erasureInvariants,
    ...joiningInvariants,
    ...candidateInvariants,
    ...overrideInvariants,
    ...staffInvariants,
    ...customerLinkInvariants,
    ...representativeInvariants,
  ],
};
