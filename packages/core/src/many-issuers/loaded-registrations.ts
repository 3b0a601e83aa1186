import type { AuditDelivery } from "../audit/audit-delivery.js";
import type { ClientRegistration } from "../client-registration.js";

/** The registrations that are in memory, and those that leave it. */
export interface LoadedRegistrations {
  get(issuer: string): ClientRegistration | undefined;
  /** Adds one; the longest unused leaves where there are too many. */
  set(issuer: string, registration: ClientRegistration): void;
  /** Does something with a registration, which does not leave before that has ended and its events are delivered. */
  during<T>(issuer: string, registration: ClientRegistration, work: () => Promise<T>): Promise<T>;
  /** Lets one leave. */
  unload(issuer: string): void;
  /** All of them, the longest unused first. */
  readonly entries: readonly (readonly [issuer: string, registration: ClientRegistration])[];
  readonly auditDelivery: AuditDelivery;
}

/** Each may have as many events as a sink that is away leaves: an issuer that leaves time and again must not fill the memory. */
const MOST_OF_ONE = 4;

/**
 * Holds at most `most` registrations. One that leaves delivers the audit events that it still has; where its sink takes none,
 * it stays aside until a flush finds the sink back. Aside are at most as many again, and four of each issuer. The events of more are lost and counted, first those
 * of the issuer that has the most aside: one whose sink is away loses its own, however often it leaves.
 *
 * @param onLost told of an issuer's events that are lost
 */
export function loadedRegistrations(
  most: number,
  onLost: (error: Error, issuer: string) => void,
): LoadedRegistrations {
  // In the order of their last use.
  const loaded = new Map<string, ClientRegistration>();
  const leaving = new Map<ClientRegistration, string>();
  /** How many requests each is serving. */
  const serving = new Map<ClientRegistration, number>();
  let lostOfGone = 0;

  function unload(issuer: string): void {
    const registration = loaded.get(issuer);
    if (!registration) return;
    loaded.delete(issuer);
    setAside(registration, issuer);
    void leave(registration);
  }

  function setAside(registration: ClientRegistration, issuer: string): void {
    leaving.set(registration, issuer);
    // The others are gone in a moment.
    const staying = [...leaving].filter(([one]) => isBusy(one));
    const counts = new Map<string, number>();
    for (const [, one] of staying) counts.set(one, (counts.get(one) ?? 0) + 1);
    const largest = Math.max(...counts.values());
    if (staying.length <= most && largest <= MOST_OF_ONE) return;
    const surplus = staying.find(([, one]) => counts.get(one) === largest);
    if (surplus) giveUp(...surplus);
  }

  function isBusy(registration: ClientRegistration): boolean {
    return serving.has(registration) || registration.auditDelivery.waiting > 0;
  }

  async function leave(registration: ClientRegistration): Promise<void> {
    await registration.auditDelivery.flush();
    if (isBusy(registration) || !leaving.delete(registration)) return;
    lostOfGone += registration.auditDelivery.lost;
  }

  function giveUp(registration: ClientRegistration, issuer: string): void {
    const { waiting, lost } = registration.auditDelivery;
    leaving.delete(registration);
    lostOfGone += waiting + lost;
    if (waiting > 0) onLost(new Error(`${waiting} audit events of ${issuer} are lost`), issuer);
  }

  const all = (): readonly ClientRegistration[] => [...loaded.values(), ...leaving.keys()];
  const sumOf = (member: "waiting" | "lost"): number =>
    all().reduce((sum, { auditDelivery }) => sum + auditDelivery[member], 0);

  return {
    get(issuer) {
      const registration = loaded.get(issuer);
      if (registration) {
        loaded.delete(issuer);
        loaded.set(issuer, registration);
      }
      return registration;
    },
    set(issuer, registration) {
      loaded.set(issuer, registration);
      const [oldest] = loaded.keys();
      if (oldest !== undefined && loaded.size > most) unload(oldest);
    },
    async during(issuer, registration, work) {
      // It may have left between the moment when it was found and this one.
      if (loaded.get(issuer) !== registration && !leaving.has(registration)) {
        setAside(registration, issuer);
        lostOfGone -= registration.auditDelivery.lost;
      }
      serving.set(registration, (serving.get(registration) ?? 0) + 1);
      try {
        return await work();
      } finally {
        const others = (serving.get(registration) ?? 1) - 1;
        if (others > 0) serving.set(registration, others);
        else serving.delete(registration);
        if (leaving.has(registration)) void leave(registration);
      }
    },
    unload,
    get entries() {
      return [...loaded];
    },
    auditDelivery: Object.freeze<AuditDelivery>({
      get waiting() {
        return sumOf("waiting");
      },
      get waitingSince() {
        const times = all().flatMap(({ auditDelivery }) => auditDelivery.waitingSince ?? []);
        return times.sort()[0];
      },
      get lost() {
        return lostOfGone + sumOf("lost");
      },
      async flush() {
        const gone = [...leaving.keys()].map(leave);
        await Promise.all([
          ...gone,
          ...[...loaded.values()].map(({ auditDelivery }) => auditDelivery.flush()),
        ]);
      },
    }),
  };
}
