// Package gazetteer knows places: country, republic or oblast, district, place, in one chain.
//
// It owns the built-in register of places under data and the choice among the places that a
// name may mean. A user's file of the same form lies over the built-in rows and beats them.
// Countries and first-level units carry their ISO 3166 codes. Oblasts, krais and federal
// cities stand in kind republic, rayons in kind district; a region that is no unit, as the
// North Caucasus, is a place under its country or under nothing.
//
// It guarantees that a choice gives its rule, its rivals and its margin, that the order of
// documents changes nothing, and that a name without enough evidence is reported, not guessed.
// It refuses to know events: whether a place is where something happened is for tag.
//
//	g, err := gazetteer.Load()
//	ids := g.Lookup("Ингушетии", gazetteer.Republic) // RU-IN
package gazetteer
