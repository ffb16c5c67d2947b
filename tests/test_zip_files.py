from __future__ import annotations

import stat
from zipfile import ZipInfo

import pytest

from lilydesk.zip_files import leads_outside


@pytest.mark.parametrize("name", ["score.lyl", "folder/model.onnx", "folder/", "a..b", "..."])
def test_members_of_a_folder_may_be_unpacked(name: str) -> None:
    assert not leads_outside(ZipInfo(name))


@pytest.mark.parametrize(
    "name", ["../score.lyl", "a/../../b", "/etc/passwd", "..\\b", "C:\\b", "C:/b", ".", ""]
)
def test_members_that_lead_elsewhere_are_found(name: str) -> None:
    assert leads_outside(ZipInfo(name))


def test_links_lead_elsewhere() -> None:
    member = ZipInfo("score.lyl")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert leads_outside(member)
