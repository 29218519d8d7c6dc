// Package subscribers owns a reader's address and standing: the subscriber,
// consent, suppression, the tokens of the links a reader gets, and what an
// import may change of a reader; and what may be on record of who changed
// something. The list as a file is listfile's.
//
// It must not know SQL, HTTP or the clock: it is pure, the caller passes the
// time and stores the result.
//
// Start reading with Subscriber; ParseAddress decides which addresses are the
// same person, Merge what an import may change, Keyring who a link belongs to.
package subscribers
