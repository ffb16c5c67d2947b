"""Forks hold the same pages, and none sees what another writes."""

from __future__ import annotations

import numpy as np
import pytest

from lilydesk.engines.native.columns import PAGE
from lilydesk.engines.native.pages import Pages

LAYERS, HEADS, HEAD_DIM = 2, 3, 16


@pytest.fixture
def pages() -> Pages:
    pages = Pages(LAYERS, HEADS, HEAD_DIM)
    write(pages, 0, 100, 1.0)
    return pages


def write(pages: Pages, length: int, n_new: int, value: float) -> None:
    """As a decoder would, but the same number everywhere."""
    pages.make_room(length, n_new)
    for position in range(length, length + n_new):
        page = pages._held[position // PAGE]
        at, place = divmod(position % PAGE, 16)
        page[:, 0, :, at].reshape(LAYERS, HEADS, HEAD_DIM, 16)[..., place] = value
        page[:, 1, :, at].reshape(LAYERS, HEADS, 16, HEAD_DIM)[:, :, place] = value


def read(pages: Pages, length: int) -> np.ndarray:
    whole = np.stack([pages.layer(layer, length) for layer in range(LAYERS)])
    first = whole[:1, :1, :1, :, :1]
    np.testing.assert_array_equal(whole, np.broadcast_to(first, whole.shape))
    return whole[0, 0, 0, :, 0]


def test_a_fork_takes_no_memory_of_its_own(pages):
    np.testing.assert_array_equal(pages.fork(100).addresses, pages.addresses)
    np.testing.assert_array_equal(pages.fork(PAGE).addresses, pages.addresses[:1])


@pytest.mark.parametrize("length", [0, 1, 15, 16, 63, 64, 65, 100])
def test_what_a_fork_writes_stays_with_it(pages, length):
    fork = pages.fork(length)
    write(fork, length, 80, 2.0)
    np.testing.assert_array_equal(read(pages, 100), np.ones(100))
    np.testing.assert_array_equal(read(fork, length + 80), [1.0] * length + [2.0] * 80)


@pytest.mark.parametrize("length", [0, 1, 15, 16, 63, 64, 65, 100])
def test_what_a_graph_writes_over_stays_with_its_forks(pages, length):
    fork = pages.fork(100)
    pages.forget_behind(length)
    write(pages, length, 80, 2.0)
    np.testing.assert_array_equal(read(fork, 100), np.ones(100))
    np.testing.assert_array_equal(read(pages, length + 80), [1.0] * length + [2.0] * 80)


def test_whole_pages_before_the_first_new_position_stay_shared(pages):
    fork = pages.fork(100)
    write(fork, 100, 5, 2.0)
    assert fork.addresses[0] == pages.addresses[0]
    assert fork.addresses[1] != pages.addresses[1]


def test_pages_of_its_own_are_used_again(pages):
    before = pages.addresses.copy()
    pages.forget_behind(0)
    write(pages, 0, 100, 3.0)
    np.testing.assert_array_equal(pages.addresses, before)
