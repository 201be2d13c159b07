# One image for web, workers and ticker: what a container does is the command it is started with.
#
# Pin the base by its digest where you build for production, so that the same build comes out again:
#   docker build --build-arg BASE=python:3.11-slim@sha256:… .
# `docker buildx imagetools inspect python:3.11-slim` shows the digest of today.
ARG BASE=python:3.11-slim

FROM ${BASE} AS build
WORKDIR /src
RUN python -m venv --without-pip /opt/gateway
COPY requirements.txt ./
# Every package is held to its hash. Valkey stays out: in a container Redis is a service of its own.
RUN awk '/^[^ #]/ {keep = !/^valkey/} keep' requirements.txt > needed.txt \
 && python -m pip --python /opt/gateway/bin/python install --no-cache-dir --no-compile --no-deps \
      --disable-pip-version-check --require-hashes -r needed.txt
COPY setup.cfg pyproject.toml README.md LICENSE NOTICE ./
COPY gateway gateway
# What is loaded at every start is compiled once, here; the rest of the SDKs only takes room.
RUN python -m pip --python /opt/gateway/bin/python install --no-cache-dir --no-compile --no-deps \
      --disable-pip-version-check . \
 && /opt/gateway/bin/python -m compileall -q -x 'twilio/rest/|stdnum/' /opt/gateway/lib \
 && /opt/gateway/bin/python -c 'import gateway.adapters.providers.twilio.sender, gateway.adapters.providers.africastalking.sender' \
 && find /opt/gateway -name '*.pyi' -delete

FROM ${BASE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Citizen gateway" \
      org.opencontainers.image.description="The open SMS and USSD gateway for public services" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# A named volume takes its owner from these folders when it is mounted first.
RUN groupadd --system --gid 10001 gateway \
 && useradd --system --uid 10001 --gid 10001 --home-dir /srv/gateway --shell /usr/sbin/nologin gateway \
 && install -d -o gateway -g gateway -m 0700 /tmp/gateway /tmp/gateway/spool /tmp/gateway/lines
COPY --from=build /opt/gateway /opt/gateway
# The deployment: mount your own over /srv/gateway/{menus,datasets,forms,handlers,config}.
WORKDIR /srv/gateway
COPY menus menus
COPY datasets datasets
COPY forms forms
COPY handlers handlers
COPY config config
# Nothing is written below the root: run it read-only, with a tmpfs on /tmp.
ENV PATH=/opt/gateway/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONSAFEPATH=1 \
    GATEWAY_DATA=/tmp/gateway \
    GATEWAY_HOST=0.0.0.0 \
    GATEWAY_METRICS=0.0.0.0:9384
USER 10001:10001
EXPOSE 8384 9384
# Of the web server alone: switch it off where a container works on a queue (compose.yaml does).
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8384/health/live', timeout=4)"]
CMD ["gateway", "serve"]
