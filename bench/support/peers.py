"""Peers of the optimiser's bench: proposes points by Optuna, pymoo or BoTorch, whichever Python has.

Speaks lines of JSON with the bench, which evaluates: first a line with the problem (bounds, integers, objectives,
constraints, reference), then {"x": [...]} out and {"f": [...], "g": [...]} in for each evaluation; {"done": seconds}
at the end. "available" as the method prints those that can run.
"""
import importlib.util
import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")
has = lambda name: importlib.util.find_spec(name) is not None


def available():
    found = []
    if has("optuna"):
        found += ["Optuna MOTPE", "Optuna NSGA-II"]
        if has("torch"):
            found.append("Optuna GPSampler")
    if has("pymoo"):
        found.append("pymoo NSGA-II")
    if has("botorch"):
        found.append("BoTorch qLogNEHVI")
    return found


def ask(x):
    print(json.dumps({"x": [float(v) for v in x]}), flush=True)
    answer = json.loads(sys.stdin.readline())
    return answer["f"], answer["g"]


def run_optuna(method, problem, n, seed):
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    d, first = len(problem["bounds"]), 2 * (len(problem["bounds"]) + 1)
    constraints = (lambda t: t.user_attrs["g"]) if problem["constraints"] else None
    if method == "Optuna GPSampler":
        sampler = optuna.samplers.GPSampler(seed=seed, n_startup_trials=first, constraints_func=constraints)
    elif method == "Optuna MOTPE":
        sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=first, constraints_func=constraints)
    else:
        sampler = optuna.samplers.NSGAIISampler(seed=seed, population_size=20, constraints_func=constraints)
    study = optuna.create_study(directions=["minimize"] * problem["objectives"], sampler=sampler)
    for _ in range(n):
        trial = study.ask()
        x = []
        for i, (low, high) in enumerate(problem["bounds"]):
            whole = i in problem["integers"]
            x.append(trial.suggest_int(f"x{i}", int(low), int(high)) if whole else trial.suggest_float(f"x{i}", low, high))
        assert len(x) == d
        f, g = ask(x)
        trial.set_user_attr("g", g)
        study.tell(trial, f)


def run_pymoo(problem, n, seed):
    import numpy as np
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import ElementwiseProblem
    from pymoo.optimize import minimize

    low, high = np.array(problem["bounds"], float).T

    class Asked(ElementwiseProblem):
        def __init__(self):
            super().__init__(n_var=len(low), n_obj=problem["objectives"], n_ieq_constr=problem["constraints"], xl=low, xu=high)

        def _evaluate(self, x, out, *args, **kwargs):
            x = [round(v) if i in problem["integers"] else v for i, v in enumerate(x)]
            out["F"], g = ask(x)
            if g:
                out["G"] = g

    minimize(Asked(), NSGA2(pop_size=20), ("n_eval", n), seed=seed)


def run_botorch(problem, n, seed):
    import torch
    from botorch.acquisition.multi_objective.logei import qLogNoisyExpectedHypervolumeImprovement
    from botorch.acquisition.multi_objective.objective import IdentityMCMultiOutputObjective
    from botorch.fit import fit_gpytorch_mll
    from botorch.models import ModelListGP, SingleTaskGP
    from botorch.models.transforms.outcome import Standardize
    from botorch.optim import optimize_acqf
    from botorch.sampling.normal import SobolQMCNormalSampler
    from gpytorch.mlls import SumMarginalLogLikelihood

    torch.manual_seed(seed)
    kind = {"dtype": torch.double}
    low, high = torch.tensor(problem["bounds"], **kind).T
    d, m = len(low), problem["objectives"]
    unit = torch.stack([torch.zeros(d, **kind), torch.ones(d, **kind)])
    reference = -torch.tensor(problem["reference"], **kind)

    def evaluate(u):
        x = low + (high - low) * u
        x = [round(float(v)) if i in problem["integers"] else float(v) for i, v in enumerate(x)]
        f, g = ask(x)
        return torch.tensor([-v for v in f] + list(g), **kind)

    x = torch.quasirandom.SobolEngine(d, scramble=True, seed=seed).draw(min(n, 2 * (d + 1))).to(**kind)
    y = torch.stack([evaluate(u) for u in x])
    while len(x) < n:
        models = [SingleTaskGP(x, y[:, j : j + 1], outcome_transform=Standardize(m=1)) for j in range(y.shape[1])]
        model = ModelListGP(*models)
        fit_gpytorch_mll(SumMarginalLogLikelihood(model.likelihood, model))
        acquisition = qLogNoisyExpectedHypervolumeImprovement(
            model=model, ref_point=reference, X_baseline=x, prune_baseline=True,
            sampler=SobolQMCNormalSampler(torch.Size([128])),
            objective=IdentityMCMultiOutputObjective(outcomes=list(range(m))),
            constraints=[lambda z, j=j: z[..., j] for j in range(m, y.shape[1])] or None,
        )
        candidate, _ = optimize_acqf(acquisition, unit, q=1, num_restarts=10, raw_samples=512, options={"batch_limit": 5, "maxiter": 200})
        x = torch.cat([x, candidate.detach()])
        y = torch.cat([y, evaluate(candidate[0].detach())[None]])


def main():
    if sys.argv[1] == "available":
        print(json.dumps(available()))
        return
    method, n, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    problem = json.loads(sys.stdin.readline())
    started = time.process_time()
    if method.startswith("Optuna"):
        run_optuna(method, problem, n, seed)
    elif method.startswith("pymoo"):
        run_pymoo(problem, n, seed)
    else:
        run_botorch(problem, n, seed)
    print(json.dumps({"done": time.process_time() - started}), flush=True)


main()
