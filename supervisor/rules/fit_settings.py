"""What each term of a match is worth, and the limits of its rules."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FitSettings:
    """Points are whole numbers. `doubled` multiplies a term that the worker says matters most.

    `choice_first` is for a worker's first choice; each rank after it is worth `choice_step` less.
    `common_language` earns nothing: everybody speaks it. `travel_km` stands in where a person
    gave no limit; a provider away through the day and the `away_days` after it is not suggested.
    Where one of two said no, they are not suggested to each other for `declined_days`.
    With `one_hat` a provider holds one kind only with one worker.
    """

    base: int = 100
    choice_first: int = 300
    choice_step: int = 50
    near: int = 150
    culture: int = 90
    language: int = 60
    gender: int = 80
    time_hour: int = 10
    time_most: int = 60
    experience: int = 120
    experience_step: int = 24
    experience_best_years: int = 5
    focus: int = 60
    practice: int = 40
    youth: int = 60
    rainbow: int = 40
    continuity: int = 350
    waiting_most: int = 180
    sole_peer: int = 60
    new_starter: int = 60
    new_starter_days: int = 90
    load: int = 200
    doubled: int = 2
    mentoring_years: int = 1
    travel_km: int = 50
    away_days: int = 42
    declined_days: int = 30
    common_language: str = "English"
    one_hat: bool = True
