package editor

// The words of the page, by what they word.
var (
	ErrorWords     = errorWords
	FindingHint    = findingHint
	NoticesOf      = noticesOf
	ReadWords      = readWords
	SaidOf         = saidOf
	SourceTrouble  = sourceTrouble
	WithoutSockets = withoutSockets
)
