package ledger

// FailedQuery lists the failed deliveries of an issue.
const FailedQuery = failedQuery

// Reads are the queries of an exchange, by what they read.
func Reads() map[string]string {
	return map[string]string{"readers": claimQuery, "rows": deliveryRowColumns + `
		WHERE issue_id = ? AND subscriber_id BETWEEN ? AND ?
		ORDER BY subscriber_id`}
}
