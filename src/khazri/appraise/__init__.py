"""What a plan is worth: held against what was reported."""

from khazri.appraise.backcast import backcast

__all__ = ["backcast"]
