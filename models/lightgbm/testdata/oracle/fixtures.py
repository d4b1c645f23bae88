"""Writes the model files of models/lightgbm/testdata/files, with the release of
LightGBM that is on the path: testdata/files/RELEASE.zip holds x.f32, a table of
80 rows x 4 columns of little-endian float32, row after row, NaN = missing, and
for every case CASE.txt, the model, and CASE.margin.f64, its raw scores.

    python testdata/oracle/fixtures.py

Written with Python 3.8, numpy 1.24, scipy and scikit-learn for LightGBM 2.3.1
(v2's successor v3) and 3.3.5 (v3), and Python 3.13 for 4.7.0 (v4).
"""

import pathlib
import zipfile

import lightgbm as lgb
import numpy as np

OUT = pathlib.Path(__file__).resolve().parent.parent / "files"
NAMES = ["a", "b", "c", "d"]
CASES = {
    "multiclass": dict(objective="multiclass", num_class=3),
    "binary": dict(objective="binary", sigmoid=1.5),
    "regression": dict(objective="regression", zero_as_missing=True),
    "none": dict(objective="poisson", use_missing=False),
    "dart": dict(objective="binary", boosting="dart", drop_rate=0.7),
    "forest": dict(objective="regression", boosting="rf", bagging_freq=1, bagging_fraction=0.6),
    "stump": dict(objective="multiclass", num_class=3, min_data_in_leaf=1000),
}


def table():
    rng = np.random.RandomState(20261128)
    x = rng.normal(size=(80, len(NAMES)))
    x[:, 1] = np.round(x[:, 1])
    x[:, 2] = rng.randint(0, 2, len(x))
    z = x[:, 0] - x[:, 1] * x[:, 2] + 0.3 * rng.normal(size=len(x))
    x[rng.uniform(size=x.shape) < 0.1] = np.nan
    return x.astype(np.float32), np.digitize(z, [-0.6, 0.5])


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    x, y = table()
    path = OUT / (lgb.__version__ + ".zip")
    with zipfile.ZipFile(str(path), "w", zipfile.ZIP_DEFLATED) as z:
        def put(name, data):
            z.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)

        put("x.f32", x.astype("<f4").tobytes())
        for name, case in CASES.items():
            p = dict(dict(num_leaves=5, min_data_in_leaf=5, learning_rate=0.3, verbosity=-1, num_threads=1, seed=7), **case)
            label = y if "num_class" in p else (y > 1).astype(int) if p["objective"] == "binary" else y + 0.5
            data = lgb.Dataset(x.astype(float), label, feature_name=NAMES, params={k: p[k] for k in ("zero_as_missing", "use_missing") if k in p})
            booster = lgb.train(p, data, 4)
            put(name + ".txt", booster.model_to_string())
            raw = name != "forest"  # of which 2.3 gives the sum when raw, and others the mean
            put(name + ".margin.f64", booster.predict(x.astype(float), raw_score=raw).astype("<f8").tobytes())
    print("{:8d} {}".format(path.stat().st_size, path.name))
