// Package language owns what differs from one language to another: the words around
// the articles and on readers' pages (Words, one file a language), dates, plurals,
// quotation marks, the order of writing; and with it what makes anybody's text fit
// to print (Plain, Cut) and to compare (Fold). It must not know what is printed with
// it. Start reading with Words in words.go and with de.go, a language.
package language
