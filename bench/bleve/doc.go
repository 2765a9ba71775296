// Command bleve races stock bleve: scorch, an analyzer that splits by Unicode and folds case,
// keyword fields with doc values for the facets, a date field for ranges.
package main
