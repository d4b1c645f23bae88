package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"mantis/data"
)

// The parts of the OpenLineage specification that the events are written by.
const (
	openLineage     = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/"
	versionFacetURL = "https://openlineage.io/spec/facets/1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet"
	schemaFacetURL  = "https://openlineage.io/spec/facets/1-2-0/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet"
	countFacetURL   = "https://openlineage.io/spec/facets/1-0-2/OutputStatisticsOutputDatasetFacet.json#/$defs/OutputStatisticsOutputDatasetFacet"
	producer        = "urn:mantis"
)

// event is an OpenLineage run event: a stage that has made a version.
type event struct {
	Type     string         `json:"eventType"`
	Time     time.Time      `json:"eventTime"`
	Producer string         `json:"producer"`
	Schema   string         `json:"schemaURL"`
	Run      eventRun       `json:"run"`
	Stage    eventStage     `json:"job"`
	Inputs   []eventDataset `json:"inputs"`
	Outputs  []eventDataset `json:"outputs"`
}

type eventRun struct {
	ID     string           `json:"runId"`
	Facets map[string]facet `json:"facets"`
}

type eventStage struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

type eventDataset struct {
	Namespace    string           `json:"namespace"`
	Name         string           `json:"name"`
	Facets       map[string]facet `json:"facets"`
	OutputFacets map[string]facet `json:"outputFacets,omitempty"`
}

// facet is a group of facts, by their names.
type facet map[string]any

func newFacet(url string, facts facet) facet {
	facts["_producer"], facts["_schemaURL"] = producer, url
	return facts
}

// eventField is a column, or a table with its columns.
type eventField struct {
	Name   string       `json:"name"`
	Type   string       `json:"type"`
	Doc    string       `json:"description,omitempty"`
	Fields []eventField `json:"fields,omitempty"`
}

// writeEvents writes a pedigree as OpenLineage events, inputs first. A stage's
// parameters and code are in the facet mantis_stage of its run.
func writeEvents(g *global, p *pedigree, namespace string) error {
	when, err := p.store.WhenMade(p.versions...)
	if err != nil {
		return err
	}
	events := make([]event, len(p.versions))
	for i, v := range p.versions {
		output := versionOf(namespace, v)
		output.OutputFacets = map[string]facet{"outputStatistics": newFacet(countFacetURL, counts(v))}
		e := event{
			Type: "COMPLETE", Time: when[i], Producer: producer, Schema: openLineage + "RunEvent",
			Stage: eventStage{namespace, v.Stage.Name}, Outputs: []eventDataset{output}, Inputs: []eventDataset{},
			Run: eventRun{ID: runID(v.Action), Facets: map[string]facet{"mantis_stage": newFacet(openLineage+"RunFacet", facet{
				"name": v.Stage.Name, "code": v.Stage.Code, "params": json.RawMessage(v.Stage.Params), "action": v.Action})}},
		}
		for _, in := range v.Inputs {
			if parent := p.known[in]; parent != nil {
				e.Inputs = append(e.Inputs, versionOf(namespace, parent))
				continue
			}
			e.Inputs = append(e.Inputs, inputOf(namespace, in))
		}
		events[i] = e
	}
	return g.writeJSON(events)
}

// runID names the run of an action: the first 128 bits of the digest of its key
// as a UUID of version 8, which leaves it to us what the bits mean.
func runID(action string) string {
	bits := sha256.Sum256([]byte(action))
	bits[6], bits[8] = bits[6]&0x0f|0x80, bits[8]&0x3f|0x80
	x := hex.EncodeToString(bits[:16])
	return strings.Join([]string{x[:8], x[8:12], x[12:16], x[16:20], x[20:]}, "-")
}

// versionOf is a version as OpenLineage has it: the dataset, its version and
// its tables.
func versionOf(namespace string, v *data.Version) eventDataset {
	d := inputOf(namespace, data.Input{Name: v.Dataset, ID: v.ID})
	tables := []eventField{}
	for _, t := range v.Tables {
		table := eventField{Name: t.Table, Type: "table", Doc: t.Doc}
		for _, f := range t.Fields {
			table.Fields = append(table.Fields, eventField{Name: f.Name, Type: string(f.Type), Doc: f.Doc})
		}
		tables = append(tables, table)
	}
	d.Facets["schema"] = newFacet(schemaFacetURL, facet{"fields": tables})
	return d
}

// inputOf is an input of which no more is known than its name and id. Bytes
// from outside are in the namespace file, as everybody's are.
func inputOf(namespace string, in data.Input) eventDataset {
	name := in.Name
	if rest, ok := strings.CutPrefix(name, outside); ok {
		namespace, name = "file", rest
	}
	return eventDataset{Namespace: namespace, Name: name, Facets: map[string]facet{"version": newFacet(versionFacetURL, facet{"datasetVersion": in.ID})}}
}

// counts are the rows, bytes and files of a version.
func counts(v *data.Version) facet {
	rows, size := 0, int64(0)
	for _, p := range v.Parts {
		rows, size = rows+p.Rows, size+p.Bytes
	}
	return facet{"rowCount": rows, "size": size, "fileCount": len(v.Parts)}
}
