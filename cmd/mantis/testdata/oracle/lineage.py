"""Reads the lineage of a store's datasets as OpenLineage's own client does.

Rerun, from the checkout, with Python and .ci/requirements.txt:
    python cmd/mantis/testdata/oracle/lineage.py STORE

Every event of `mantis lineage DATASET --format openlineage` is taken apart into
the client's classes, which know what must be there and what may not. What the
events say must be what the manifests say: each version made once by a run of
its own, from inputs that an event before it made or that are files. The graph
for Graphviz must have the same edges. MANTIS names the program; without it the
checkout's own is run. Exit code 0 when everything agrees, 1 otherwise.
"""

import datetime
import json
import pathlib
import re
import sys

import attr
from openlineage.client import event_v2, facet_v2

from counted import check, finish, mantis

FACETS = {"version": facet_v2.dataset_version_dataset.DatasetVersionDatasetFacet, "schema": facet_v2.schema_dataset.SchemaDatasetFacet,
          "outputStatistics": facet_v2.output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet}
Field = facet_v2.schema_dataset.SchemaDatasetFacetFields


def facets(raw):
    """The client's facets of JSON ones; one that it does not know stays a dict
    that says who made it by which schema."""
    out = {}
    for name, facts in raw.items():
        facts = dict(facts)
        producer, url = facts.pop("_producer"), facts.pop("_schemaURL")
        assert name.startswith("mantis_") or name in FACETS, f"facet {name}: neither ours nor known"
        if name not in FACETS:
            out[name] = facts
            continue
        if name == "schema":
            facts["fields"] = [field(f) for f in facts["fields"]]
        out[name] = FACETS[name](**facts, producer=producer)
        assert out[name]._schemaURL == url, f"facet {name}: schema {url}, the client has {out[name]._schemaURL}"
    return out


def field(raw):
    return Field(**{**raw, "fields": [field(f) for f in raw.get("fields", [])]})


def dataset(kind, raw):
    more = {"outputFacets": facets(raw.pop("outputFacets", {}))} if kind is event_v2.OutputDataset else {}
    return kind(namespace=raw.pop("namespace"), name=raw.pop("name"), facets=facets(raw.pop("facets")), **more), raw


def event(raw):
    """A run event of the client's, and what of the JSON no class took."""
    run, stage = raw.pop("run"), raw.pop("job")
    inputs = [dataset(event_v2.InputDataset, d) for d in raw.pop("inputs")]
    outputs = [dataset(event_v2.OutputDataset, d) for d in raw.pop("outputs")]
    url = raw.pop("schemaURL")
    e = event_v2.RunEvent(eventType=event_v2.RunState(raw.pop("eventType")), eventTime=raw.pop("eventTime"), producer=raw.pop("producer"),
                          run=event_v2.Run(run.pop("runId"), facets(run.pop("facets"))), job=event_v2.Job(**stage),
                          inputs=[d for d, _ in inputs], outputs=[d for d, _ in outputs])
    assert e.schemaURL == url, f"event: schema {url}, the client has {e.schemaURL}"
    return e, [left for left in (raw, run, *(l for _, l in inputs + outputs)) if left]


def name(d):
    return d.name, d.facets["version"].datasetVersion


def check_events(store, ref):
    text = mantis(store, "lineage", ref, "--format", "openlineage")
    check(text == mantis(store, "lineage", ref, "--format", "openlineage"), f"{ref}: the same events twice")
    made, runs, edges, wrong = set(), set(), set(), []
    for raw in json.loads(text):
        e, left = event(raw)
        if left:
            wrong.append(f"{e.job.name}: the client does not know {left}")
        datetime.datetime.fromisoformat(e.eventTime)
        ours = e.run.facets["mantis_stage"]
        if len(e.outputs) != 1 or e.outputs[0].name != e.job.name or ours["name"] != e.job.name:
            wrong.append(f"{e.job.name}: outputs {[d.name for d in e.outputs]}")
        out = e.outputs[0]
        manifest = json.loads(mantis(store, "show", f"{out.name}@{name(out)[1]}", "--json"))
        stage = manifest["stage"]
        if [ours["code"], ours["params"], ours["action"]] != [stage["code"], stage["params"], manifest["action"]]:
            wrong.append(f"{e.job.name}: stage {ours}")
        want = [("", i["id"]) if i["name"].startswith("file:") else (i["name"], i["id"]) for i in manifest["inputs"]]
        got = [("", name(d)[1]) if d.namespace == "file" else name(d) for d in e.inputs]
        if got != want:
            wrong.append(f"{e.job.name}: inputs {got}, the manifest has {want}")
        wrong += [f"{e.job.name}: input {d.name} is made by no event before" for d in e.inputs if d.namespace != "file" and name(d) not in made]
        columns = {t.name: [(f.name, f.type) for f in t.fields] for t in out.facets["schema"].fields}
        if columns != {t["table"]: [(f["name"], f["type"]) for f in t["fields"]] for t in manifest["tables"]}:
            wrong.append(f"{e.job.name}: columns {columns}")
        statistics = attr.asdict(out.outputFacets["outputStatistics"])
        if statistics["rowCount"] != sum(p["rows"] for p in manifest["parts"]) or statistics["fileCount"] != len(manifest["parts"]):
            wrong.append(f"{e.job.name}: {statistics}")
        edges |= {(*(("file:" + d.name, name(d)[1]) if d.namespace == "file" else name(d)), *name(out)) for d in e.inputs}
        made.add(name(out))
        runs.add(e.run.runId)
    check(not wrong, f"{ref}: {len(made)} events that OpenLineage's client takes, as the manifests say" + "".join("; " + w for w in wrong))
    check(len(runs) == len(made), f"{ref}: each event has a run of its own")
    dot = mantis(store, "lineage", ref, "--format", "dot")
    drawn = {(a, b, c, d) for a, b, c, d in re.findall(r'^  "(.*)@(\w{64})" -> "(.*)@(\w{64})";$', dot, re.M)}
    check(drawn == edges and (edges or len(made) == 1), f"{ref}: the graph has {len(edges)} edges, as the events have" + ("" if drawn == edges else f": {drawn ^ edges}"))


def main(root):
    store = pathlib.Path(root).resolve()
    for row in json.loads(mantis(store, "ls", "--json")):
        check_events(store, row["name"])
    finish()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
