/**
 * What PostgreSQL finds the events of a client by, word by word as in the index: the first `clientId` of the event's JSON, up to
 * a quotation mark in it. It fails for no text, as a cast to JSON would for what somebody has changed.
 */
export const POSTGRES_EVENT_CLIENT = `(left(nullif(split_part(split_part(event, '"clientId":"', 2), '"', 1), ''), 500) COLLATE "C")`;

/** The same on SQLite: there the whole identifier. */
export const SQLITE_EVENT_CLIENT = `(CASE WHEN json_valid(event) THEN json_extract(event, '$.clientId') END)`;
