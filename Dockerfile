# One image for web, workers and ticker: what a container does is the command it is started with.
FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /opt/gateway
COPY setup.cfg pyproject.toml constraints.txt README.md LICENSE NOTICE ./
COPY gateway gateway
COPY handlers handlers
RUN /opt/gateway/bin/pip install --no-cache-dir --disable-pip-version-check \
      -c constraints.txt ".[postgres]"

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /srv/gateway --shell /usr/sbin/nologin gateway
COPY --from=build /opt/gateway /opt/gateway
# The deployment: mount your own over /srv/gateway/{menus,handlers,config}.
WORKDIR /srv/gateway
COPY --chown=gateway menus menus
COPY --chown=gateway handlers handlers
COPY --chown=gateway config config
RUN mkdir data && chown gateway data
ENV PATH=/opt/gateway/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    GATEWAY_HOST=0.0.0.0
USER gateway
EXPOSE 8384
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8384/health/live', timeout=4)"]
CMD ["gateway", "serve"]
