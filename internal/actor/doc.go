// Package actor knows groups, agencies and persons.
//
// It owns the built-in register of actors and the choice among the actors that a name may
// mean. A user's file of the same form lies over the built-in rows and beats them. A group
// may lie under a group and an agency under an agency: what names the lower counts for the
// upper too. A person lies under nothing; what confirms a bare surname is its context.
//
// It guarantees that a surname alone is nobody until the document names the person in full
// or, where the row allows, something the person is known by. It refuses to merge spellings
// that no row joins: Omarov is not Umarov.
//
//	a, err := actor.Load()
//	ids := a.Lookup("ИГИЛ", actor.Group) // islamic-state
package actor
