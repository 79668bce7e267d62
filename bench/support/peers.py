"""The optimisers that the bench stands beside ours: Optuna, pymoo and BoTorch, whichever this Python has.

    peers.py available                     prints {method: version}
    peers.py run METHOD EVALUATIONS SEED   proposes points, one at a time
    peers.py step METHOD REPEATS           times one suggestion after a given history

Speaks lines of JSON with the bench, which evaluates. First comes a line with the problem: bounds, integers and
categories (columns), objectives, constraints, reference. A run then prints {"x": [...], "cpu": s} for each evaluation,
and reads {"f": [...], "g": [...]}; "cpu" is what this process has used since its imports. A step reads {"x", "f", "g"}
of the history, as lists, and prints {"cpu": [s, ...]}, one for each repeat.

Settings are each library's own defaults or its tutorial's; "light" is with an eighth or so of BoTorch's samples and
restarts, as a bench of many seeds needs.
"""
import importlib.metadata
import importlib.util
import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")


class Optuna:
    """GPSampler, MOTPE and NSGA-II by Optuna's ask and tell; choices are categorical distributions."""

    def __init__(self, method, problem, seed):
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self.optuna = optuna
        self.problem = problem
        first = 2 * (len(problem["bounds"]) + 1)
        options = {"seed": seed}
        if problem["constraints"]:
            options["constraints_func"] = lambda trial: trial.user_attrs["g"]
        samplers = optuna.samplers
        self.sampler = {
            "Optuna GPSampler": lambda: samplers.GPSampler(n_startup_trials=first, **options),
            "Optuna MOTPE": lambda: samplers.TPESampler(n_startup_trials=first, **options),
            "Optuna MOTPE multivariate": lambda: samplers.TPESampler(n_startup_trials=first, multivariate=True, **options),
            "Optuna NSGA-II": lambda: samplers.NSGAIISampler(population_size=20, **options),
        }[method]()
        self.study = optuna.create_study(directions=["minimize"] * problem["objectives"], sampler=self.sampler)
        of = optuna.distributions
        self.distributions = {
            f"x{i}": of.CategoricalDistribution(list(range(int(low), int(high) + 1))) if i in problem["categories"]
            else of.IntDistribution(int(low), int(high)) if i in problem["integers"]
            else of.FloatDistribution(low, high)
            for i, (low, high) in enumerate(problem["bounds"])
        }

    def ask(self):
        self.trial = self.study.ask(self.distributions)
        return [self.trial.params[name] for name in self.distributions]

    def tell(self, x, f, g):
        self.trial.set_user_attr("g", g)
        self.study.tell(self.trial, f)

    def add(self, x, f, g):
        whole = [i in self.problem["integers"] or i in self.problem["categories"] for i in range(len(x))]
        params = {name: int(v) if whole[i] else v for i, (name, v) in enumerate(zip(self.distributions, x))}
        self.study.add_trial(self.optuna.trial.create_trial(
            params=params, distributions=self.distributions, values=f, user_attrs={"g": g},
            system_attrs={"constraints": g} if g else {},
        ))


class Pymoo:
    """NSGA-II over real columns, rounded to the grid of the discrete ones before they are evaluated."""

    def __init__(self, method, problem, seed):
        import numpy as np
        from pymoo.algorithms.moo.nsga2 import NSGA2
        from pymoo.core.problem import Problem
        from pymoo.core.termination import NoTermination

        self.np = np
        self.problem = problem
        low, high = np.array(problem["bounds"], float).T
        self.algorithm = NSGA2(pop_size=20)
        shape = Problem(n_var=len(low), n_obj=problem["objectives"], n_ieq_constr=problem["constraints"], xl=low, xu=high)
        self.algorithm.setup(shape, termination=NoTermination(), seed=seed, verbose=False)
        self.waiting, self.answers, self.at = None, [], 0

    def ask(self):
        if self.waiting is None:
            self.waiting, self.answers, self.at = self.algorithm.ask(), [], 0
        x = self.waiting[self.at].X
        whole = self.problem["integers"] + self.problem["categories"]
        return [float(round(v)) if i in whole else float(v) for i, v in enumerate(x)]

    def tell(self, x, f, g):
        self.answers.append((f, g))
        self.at += 1
        if self.at < len(self.waiting):
            return
        self.waiting.set("F", self.np.array([f for f, _ in self.answers], float))
        if self.problem["constraints"]:
            self.waiting.set("G", self.np.array([g for _, g in self.answers], float))
        for one in self.waiting:
            one.evaluated.update(["F", "G", "H"])
        self.algorithm.tell(infills=self.waiting)
        self.waiting = None


class BoTorch:
    """
    A Gaussian process for each objective and constraint, qLogNEHVI, optimize_acqf, as in BoTorch's tutorial of
    constrained multi-objective optimisation; over discrete columns qLogEHVI by optimize_acqf_mixed_alternating. Where
    there are categories, the default kernel is multiplied by a CategoricalKernel: the fit of a MixedSingleTaskGP, whose
    scales have no priors, takes twenty seconds an output.
    """

    def __init__(self, method, problem, seed):
        import torch
        from botorch.acquisition.multi_objective.logei import (
            qLogExpectedHypervolumeImprovement,
            qLogNoisyExpectedHypervolumeImprovement,
        )
        from botorch.acquisition.multi_objective.objective import IdentityMCMultiOutputObjective
        from botorch.fit import fit_gpytorch_mll
        from botorch.models import ModelListGP, SingleTaskGP
        from botorch.models.kernels import CategoricalKernel
        from botorch.models.transforms.outcome import Standardize
        from botorch.optim import optimize_acqf, optimize_acqf_mixed_alternating
        from botorch.sampling.normal import SobolQMCNormalSampler
        from botorch.models.utils.gpytorch_modules import get_covar_module_with_dim_scaled_prior
        from botorch.utils.multi_objective.box_decompositions import FastNondominatedPartitioning
        from gpytorch.priors import LogNormalPrior
        from gpytorch.mlls import SumMarginalLogLikelihood

        self.__dict__.update({name: value for name, value in locals().items() if name not in ("self", "seed")})
        torch.manual_seed(seed)
        light = method.endswith("light")
        self.discrete = sorted(problem["integers"] + problem["categories"])
        self.samples = (32 if self.discrete else 64) if light else 128
        self.restarts, self.raw = (4, 128) if light else (10, 512)
        self.kind = {"dtype": torch.double}
        self.low, self.high = torch.tensor(problem["bounds"], **self.kind).T
        self.d, self.m = len(self.low), problem["objectives"]
        self.first = list(torch.quasirandom.SobolEngine(self.d, scramble=True, seed=seed).draw(2 * (self.d + 1)).to(**self.kind))
        self.x, self.y = [], []

    def levels(self, i):
        """Where in [0, 1] the values of a discrete column lie; categories stay whole numbers."""
        low, high = self.problem["bounds"][i]
        count = int(high - low) + 1
        return [float(k) for k in range(count)] if i in self.problem["categories"] else [k / (count - 1) for k in range(count)]

    def real(self, u):
        """Values of the columns, from a point of the model's space."""
        out = []
        for i, v in enumerate(u.tolist()):
            low, high = self.problem["bounds"][i]
            if i in self.problem["categories"]:
                out.append(low + round(v))
            else:
                x = low + (high - low) * v
                out.append(float(round(x)) if i in self.problem["integers"] else x)
        return out

    def unit(self, x):
        out = []
        for i, v in enumerate(x):
            low, high = self.problem["bounds"][i]
            out.append(v - low if i in self.problem["categories"] else (v - low) / (high - low))
        return self.torch.tensor(out, **self.kind)

    def ask(self):
        if len(self.x) < len(self.first):
            u = self.first[len(self.x)].clone()
            for i in self.problem["categories"]:
                count = len(self.levels(i))
                u[i] = min(count - 1, int(u[i] * count))
            return self.real(u)
        return self.real(self.suggest())

    def tell(self, x, f, g):
        # On the grid, where the function was evaluated, not where the relaxation asked.
        self.x.append(self.unit(x))
        self.y.append(self.torch.tensor([-v for v in f] + list(g), **self.kind))

    add = tell

    def kernel(self):
        categories = self.problem["categories"]
        if not categories:
            return None
        numeric = [i for i in range(self.d) if i not in categories]
        prior = self.get_covar_module_with_dim_scaled_prior(ard_num_dims=len(numeric), active_dims=numeric)
        # A prior here too: without one the fit wanders along flat directions for thousands of steps.
        lengthscale = self.LogNormalPrior(0.0, 1.0)
        return prior * self.CategoricalKernel(ard_num_dims=len(categories), active_dims=categories, lengthscale_prior=lengthscale)

    def suggest(self):
        torch, problem = self.torch, self.problem
        x, y = torch.stack(self.x), torch.stack(self.y)
        categories = problem["categories"]
        model = self.ModelListGP(*[
            self.SingleTaskGP(x, y[:, j : j + 1], covar_module=self.kernel(), outcome_transform=self.Standardize(m=1))
            for j in range(y.shape[1])
        ])
        self.fit_gpytorch_mll(self.SumMarginalLogLikelihood(model.likelihood, model))
        reference = -torch.tensor(problem["reference"], **self.kind)
        shared = {
            "model": model,
            "ref_point": reference,
            "sampler": self.SobolQMCNormalSampler(torch.Size([self.samples])),
            "objective": self.IdentityMCMultiOutputObjective(outcomes=list(range(self.m))),
            "constraints": [lambda z, j=j: z[..., j] for j in range(self.m, y.shape[1])] or None,
        }
        upper = torch.tensor([float(len(self.levels(i)) - 1) if i in categories else 1.0 for i in range(self.d)], **self.kind)
        bounds = torch.stack([torch.zeros(self.d, **self.kind), upper])
        if not self.discrete:
            acquisition = self.qLogNoisyExpectedHypervolumeImprovement(X_baseline=x, prune_baseline=True, **shared)
            candidate, _ = self.optimize_acqf(
                acquisition, bounds, q=1, num_restarts=self.restarts, raw_samples=self.raw,
                options={"batch_limit": 5, "maxiter": 200},
            )
            return candidate[0].detach()
        feasible = (y[:, self.m :] <= 0).all(dim=-1)
        acquisition = self.qLogExpectedHypervolumeImprovement(
            partitioning=self.FastNondominatedPartitioning(ref_point=reference, Y=y[feasible, : self.m]), **shared
        )
        candidate, _ = self.optimize_acqf_mixed_alternating(
            acquisition, bounds,
            discrete_dims={i: self.levels(i) for i in problem["integers"]},
            cat_dims={i: self.levels(i) for i in categories},
            q=1, num_restarts=self.restarts, raw_samples=self.raw, options={"maxiter_alternating": 16},
        )
        return candidate[0].detach()


PEERS = {
    "Optuna MOTPE": Optuna,
    "Optuna MOTPE multivariate": Optuna,
    "Optuna NSGA-II": Optuna,
    "Optuna GPSampler": Optuna,
    "pymoo NSGA-II": Pymoo,
    "BoTorch light": BoTorch,
    "BoTorch": BoTorch,
}


def available():
    found = {}
    for method, peer in PEERS.items():
        package = peer.__name__.lower()
        needs = [package] + (["torch"] if method == "Optuna GPSampler" else [])
        if all(importlib.util.find_spec(name) for name in needs):
            found[method] = importlib.metadata.version(package)
    return found


def read():
    return json.loads(sys.stdin.readline())


def run(method, n, seed):
    peer = PEERS[method](method, read(), seed)
    started = time.process_time()
    for _ in range(n):
        x = [float(v) for v in peer.ask()]
        print(json.dumps({"x": x, "cpu": time.process_time() - started}), flush=True)
        answer = read()
        peer.tell(x, answer["f"], answer["g"])


def step(method, repeats):
    problem, history = read(), read()
    rows = list(zip(history["x"], history["f"], history["g"]))
    following, cold = [], []

    def after(rows, seed):
        peer = PEERS[method](method, problem, seed)
        for row in rows:
            peer.add(*row)
        return peer

    def seconds(peer):
        started = time.process_time()
        peer.ask()
        return time.process_time() - started

    for seed in range(repeats):
        # Optuna starts its fit at the last one's hyper-parameters in a study that goes on; the others keep nothing.
        if issubclass(PEERS[method], Optuna):
            peer = after(rows[:-1], seed)
            peer.ask()
            peer.study.tell(peer.trial, state=peer.optuna.trial.TrialState.FAIL)
            peer.add(*rows[-1])
            following.append(seconds(peer))
        cold.append(seconds(after(rows, seed)))
    print(json.dumps({"next": following or cold, "cold": cold}), flush=True)


if sys.argv[1] == "available":
    print(json.dumps(available()))
elif sys.argv[1] == "run":
    run(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
else:
    step(sys.argv[2], int(sys.argv[3]))
