"""The Kubernetes manifests: they hold to the schemas, and to one another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import kubernetes_validate
import pytest
import yaml

from gateway.adapters.redis.rq_jobs import QUEUES
from tests.gateways import HOME

FOLDER = HOME / "deploy" / "kubernetes"
KUSTOMIZATION = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))
SECRET = "secret.example.yaml"


def documents(name: str) -> list[Any]:
    return list(yaml.safe_load_all((FOLDER / name).read_text("utf-8")))


DOCUMENTS = [each for name in KUSTOMIZATION["resources"] for each in documents(name)]
DEPLOYMENTS = {each["metadata"]["name"]: each for each in DOCUMENTS if each["kind"] == "Deployment"}


def pods() -> Iterator[tuple[str, Any]]:
    for each in DOCUMENTS:
        if each["kind"] in ("Deployment", "Job"):
            yield each["metadata"]["name"], each["spec"]["template"]["spec"]


def containers() -> Iterator[tuple[str, Any]]:
    for name, pod in pods():
        for container in (*pod.get("initContainers", ()), *pod["containers"]):
            yield f"{name} {container['name']}", container


@pytest.mark.parametrize(
    "document",
    [*DOCUMENTS, *documents(SECRET)],
    ids=lambda each: f"{each['kind']}-{each['metadata']['name']}",
)
def test_a_manifest_holds_to_the_schema(document: Any) -> None:
    kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)


def test_every_file_is_part_of_the_kustomization_but_the_secret() -> None:
    there = {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml", SECRET}

    assert there == set(KUSTOMIZATION["resources"])


def test_there_is_a_deployment_for_every_process() -> None:
    commands = {
        " ".join(each["spec"]["template"]["spec"]["containers"][0]["args"])
        for each in DEPLOYMENTS.values()
    }

    work = {f"gateway work {queue} --metrics 0.0.0.0:9384" for queue in (*QUEUES, "ticker")}
    assert {"gateway serve"} | work == commands


def test_every_deployment_has_a_budget_and_finds_its_own_pods() -> None:
    budgets = {
        each["metadata"]["name"]: each["spec"]["selector"]
        for each in DOCUMENTS
        if each["kind"] == "PodDisruptionBudget"
    }
    for name, each in DEPLOYMENTS.items():
        selector = each["spec"]["selector"]
        assert selector == budgets[name]
        assert selector["matchLabels"] == each["spec"]["template"]["metadata"]["labels"]
    selectors = [str(each["spec"]["selector"]) for each in DEPLOYMENTS.values()]
    assert len(selectors) == len(set(selectors))


def test_a_budget_lets_a_node_be_drained() -> None:
    for each in DOCUMENTS:
        if each["kind"] == "PodDisruptionBudget":
            replicas = DEPLOYMENTS[each["metadata"]["name"]]["spec"]["replicas"]
            assert each["spec"].get("minAvailable", 0) < replicas


def test_no_container_can_write_to_its_root_or_become_more_than_it_is() -> None:
    assert len(list(containers())) >= 10
    for name, container in containers():
        context = container["securityContext"]
        assert context["readOnlyRootFilesystem"], name
        assert not context["allowPrivilegeEscalation"], name
        assert {"drop": ["ALL"]} == context["capabilities"], name
        assert [{"name": "tmp", "mountPath": "/tmp"}] == container["volumeMounts"], name
        assert {"cpu", "memory"} == set(container["resources"]["requests"]), name
        assert "memory" in container["resources"]["limits"], name
    for name, pod in pods():
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["automountServiceAccountToken"] is False, name


def test_a_store_that_is_away_takes_no_web_server_off_the_line() -> None:
    web = DEPLOYMENTS["gateway-web"]["spec"]["template"]["spec"]["containers"][0]

    assert "/health/live" == web["livenessProbe"]["httpGet"]["path"]
    assert {"path": "/health/serving", "port": "metrics"} == web["readinessProbe"]["httpGet"]


def test_every_process_shows_its_numbers_and_only_monitoring_may_ask() -> None:
    for name, each in DEPLOYMENTS.items():
        (container,) = each["spec"]["template"]["spec"]["containers"]
        assert {"name": "metrics", "containerPort": 9384} in container["ports"], name
    policies = [each for each in DOCUMENTS if each["kind"] == "NetworkPolicy"]
    opened = [
        (rule["ports"], "from" in rule)
        for each in policies
        for rule in each["spec"].get("ingress", ())
    ]
    assert opened == [
        ([{"port": 8386}], True), ([{"port": 8384}], False), ([{"port": 9384}], True),
    ]  # fmt: skip


def test_the_lines_are_held_by_one_pod_that_keeps_what_it_was_given() -> None:
    (lines,) = [each for each in DOCUMENTS if each["kind"] == "StatefulSet"]
    pod = lines["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    volumes = {each["metadata"]["name"] for each in lines["spec"]["volumeClaimTemplates"]}
    (data,) = [each["value"] for each in container["env"] if each["name"] == "GATEWAY_DATA"]
    kept = {each["name"] for each in container["volumeMounts"] if each["mountPath"] == data}

    assert 0 == lines["spec"]["replicas"]  # until a channel needs it
    assert ["gateway", "lines"] == container["args"][:2]
    assert volumes == kept
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert pod["securityContext"]["runAsNonRoot"]


def test_what_the_production_sample_asks_for_is_in_the_secret_or_the_configuration() -> None:
    sample = (HOME / "config" / "production.yaml").read_text("utf-8")
    asked = set(re.findall(r"^[^#\n]*\$([A-Z_]+)$", sample, re.MULTILINE))
    given = {
        *documents(SECRET)[0]["stringData"],
        *next(each for each in DOCUMENTS if each["kind"] == "ConfigMap")["data"],
    }

    assert set() == asked - given
