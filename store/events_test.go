package store_test

import (
	"go/ast"
	"testing"
)

// nobodys are the changes without an actor, and why they have none.
func nobodys() map[string]string {
	const bookkeeping, mail = "bookkeeping of this database", "mail that is no issue, which is its own record"
	const held = "whoever opened the range did, under a lease"
	return map[string]string{
		"Exchange":            held,
		"CloseRanges":         held,
		"FillArticle":         "an article is what its source and its page say",
		"EnsureSources":       "sources are what the configuration says",
		"SeenSchedule":        bookkeeping,
		"TakeSchedule":        bookkeeping,
		"SetNextNumber":       bookkeeping,
		"SetAlreadySentUntil": bookkeeping,
		"NoteVerified":        bookkeeping,
		"NoteAccounted":       bookkeeping,
		"NoteRefusal":         bookkeeping,
		"SaveMailboxPosition": bookkeeping,
		"SaveMailboxReading":  bookkeeping,
		"OpenNotice":          mail,
		"CloseNotice":         mail,
		"CloseNotices":        mail,
		"Enqueue":             mail,
		"ClaimOutbox":         mail,
		"SaveReply":           "that a reader answered is counted, and is nobody's business otherwise",
		"SettleOutbox":        mail,
		"DropOutbox":          mail,
		"Grant":               "a place in a relay's rate is nobody's doing",
	}
}

// Every exported method that writes says by whom, or is named above: by an argument,
// by its options, or by the lease, whose holder a sender works for.
func TestWhoeverWritesSaysWho(t *testing.T) {
	t.Parallel()
	methods, carriers := storeMethods(t)
	found := 0
	for name, m := range methods {
		if !ast.IsExported(name) || !writes(methods, name, map[string]bool{}) {
			continue
		}
		found++
		why := nobodys()[name]
		switch says := saysWho(m, carriers); {
		case says && why != "":
			t.Errorf("%s says who, and is named as one that does not", name)
		case !says && why == "":
			t.Errorf("%s writes and does not say who did it: give it a subscribers.Actor, and put on record what it did", name)
		}
	}
	if found < 30 {
		t.Errorf("%d methods that write: this test does not see them any more", found)
	}
	for name := range nobodys() {
		if methods[name] == nil {
			t.Errorf("there is no method %s", name)
		}
	}
}

// storeMethods returns the methods of Store, of its Content and its Ledger, and the types that hold an actor.
func storeMethods(t *testing.T) (map[string]*ast.FuncDecl, map[string]bool) {
	t.Helper()
	methods, carriers := map[string]*ast.FuncDecl{}, map[string]bool{"delivery.Lease": true, "subscribers.Actor": true}
	_, files := parse(t, ".")
	for _, room := range []string{"content", "ledger"} {
		_, more := parse(t, room)
		files = append(files, more...)
	}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Recv == nil {
					return true
				}
				if of := typeName(n.Recv.List[0].Type); of == "Store" || of == "Content" || of == "Ledger" {
					methods[n.Name.Name] = n
				}
			case *ast.TypeSpec:
				if s, ok := n.Type.(*ast.StructType); ok && holdsActor(s.Fields) {
					carriers[n.Name.Name] = true
				}
			}
			return true
		})
	}
	return methods, carriers
}

// writes reports whether a method changes the database, itself or by another.
func writes(methods map[string]*ast.FuncDecl, name string, seen map[string]bool) bool {
	if name == "write" {
		return true
	}
	m := methods[name]
	if m == nil || seen[name] {
		return false
	}
	seen[name] = true
	found := false
	ast.Inspect(m.Body, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && (typeName(sel.X) == "s" || typeName(sel.X) == "l") {
			found = found || writes(methods, sel.Sel.Name, seen)
		}
		return !found
	})
	return found
}

func saysWho(m *ast.FuncDecl, carriers map[string]bool) bool {
	for _, p := range m.Type.Params.List {
		if carriers[typeName(p.Type)] {
			return true
		}
	}
	return false
}

func holdsActor(fields *ast.FieldList) bool {
	for _, f := range fields.List {
		if typeName(f.Type) == "subscribers.Actor" {
			return true
		}
	}
	return false
}

// typeName is a type or a variable as it is written, without a star.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.SelectorExpr:
		return typeName(e.X) + "." + e.Sel.Name
	case *ast.Ident:
		return e.Name
	}
	return ""
}
