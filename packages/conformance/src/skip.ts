/** Thrown where a check lacks what it is about; it then ends as skipped, with the message as the reason. */
export class Skip extends Error {}

/** Thrown by each request after the checks have ended early. */
export class Stopped extends Skip {}
