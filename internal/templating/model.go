package templating

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// model is the names of the fields of all that templates are filled with, by type.
func (k Kind) model() map[string][]string {
	model := map[string][]string{}
	var add func(t reflect.Type)
	add = func(t reflect.Type) {
		for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if _, done := model[t.Name()]; done || t.Kind() != reflect.Struct {
			return
		}
		model[t.Name()] = nil
		for _, field := range reflect.VisibleFields(t) {
			if !field.Anonymous && field.IsExported() {
				model[t.Name()] = append(model[t.Name()], field.Name)
			}
			add(field.Type)
		}
	}
	for _, t := range k.Data {
		add(t)
	}
	return model
}

// fieldHint says which field was meant, of the thing at hand or of another.
func (k Kind) fieldHint(typed, typeName string) string {
	model := k.model()
	known := model[typeName]
	if meant := closest(typed, known); meant != "" {
		return fmt.Sprintf("did you mean .%s?", meant)
	}
	for _, other := range k.Places {
		if slices.Contains(model[other.Type], typed) {
			return fmt.Sprintf(".%s belongs to %s: %s", typed, other.What, fmt.Sprintf(other.Example, typed))
		}
	}
	return "known here: ." + strings.Join(known, ", .")
}

func (k Kind) functionHint(typed string) string {
	for _, fields := range k.model() {
		for _, field := range fields {
			if strings.EqualFold(field, typed) {
				return fmt.Sprintf("did you mean .%s, with a full stop before it?", field)
			}
		}
	}
	names := k.functionNames()
	if meant := closest(typed, names); meant != "" {
		return fmt.Sprintf("did you mean %s?", meant)
	}
	return "a template can't read files or the environment; it knows " + strings.Join(names[:5], ", ") + " and what compares"
}
