package letter

// What templates are tried on, and what the documentation's examples are of.
var (
	ExampleIssue       = exampleIssue
	ExamplePublication = examplePublication
)
