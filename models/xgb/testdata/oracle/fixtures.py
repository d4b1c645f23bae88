"""Writes the model files of models/xgb/testdata/files, with the release of
XGBoost that is on the path: testdata/files/RELEASE.zip holds what release.py
writes with it, files and margins.

    python testdata/oracle/fixtures.py

The releases that wrote the binary layouts want Pythons of their time:
    python3.7 -m venv v && v/bin/pip install xgboost==0.90 numpy scipy     (0.90, 1.0.2, 1.1.1)
and xgboost==1.7.4, xgboost-cpu==3.0.5, 3.3.0 and 3.4.1 run with Python 3.13 and
testdata/oracle/requirements.txt.
"""

import pathlib
import tempfile
import zipfile

import xgboost as xgb

import release

OUT = pathlib.Path(__file__).resolve().parent.parent / "files"
KEEP = {  # what is kept of a release: formats of cases; the rest says the same again
    "0.90": {name: ["model"] for name in release.CASES},
    "1.0.2": {"softprob": ["model"], "logistic": ["model"], "parallel": ["model"], "dart": ["model"],
              "linear": ["model"], "pruned": ["model", "json"]},
    "1.1.1": {"softprob": ["model"], "estimated": ["model"], "parallel": ["model"], "dart": ["model"],
              "linear": ["model"], "poisson": ["model"], "pruned": ["model", "json"]},
    "1.7.4": {"softprob": ["model", "json", "ubj"], "parallel": ["model", "ubj"], "dart": ["model"], "forest": ["json"],
              "linear": ["ubj"], "line": ["model"], "raw": ["model"], "pruned": ["model"]},
    "3.0.5": {"softprob": ["model"], "forest": ["model"], "dart": ["model", "ubj"], "linear": ["model"],
              "logistic": ["model"], "tweedie": ["model"], "pruned": ["model"]},
    "3.3.0": {"dart": ["json", "ubj"]},
    "3.4.1": {"softprob": ["json", "ubj"], "parallel": ["ubj"], "dart": ["json", "ubj"], "linear": ["json"], "gamma": ["ubj"]},
}

if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as tmp:
        folder = pathlib.Path(tmp)
        release.write(folder)
        kept = ["x.f32"]
        for case, kinds in KEEP[xgb.__version__].items():
            kept += ["{}.{}".format(case, kind) for kind in kinds] + [case + ".margin.f32"]
        path = OUT / (xgb.__version__ + ".zip")
        with zipfile.ZipFile(str(path), "w", zipfile.ZIP_DEFLATED) as z:
            for name in sorted(kept):
                z.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), (folder / name).read_bytes(), zipfile.ZIP_DEFLATED)
        print("{:8d} {}".format(path.stat().st_size, path.name))
