# The lab in a container, for those who have Docker and no Python 3.11:
#   docker build -t mlops-lab .
#   docker run --rm --init -p 127.0.0.1:8888:8888 -v mlops-lab:/home/learner/workspace mlops-lab
# Then open the address that it tells, with 127.0.0.1 for the host.
FROM python:3.11-slim-bookworm

# On Linux the plain build of torch brings several GB of CUDA packages; this one is for the CPU.
ARG PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu

# Lesson 1.4 makes a model again from a commit. Debian keeps one version of git, so none is named.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --create-home --uid 1000 learner && python -m venv /opt/lab
ENV PATH=/opt/lab/bin:$PATH \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PYTHONUNBUFFERED=1

WORKDIR /src
COPY pyproject.toml requirements.lock README.md LICENSE ./
COPY mlops_lab mlops_lab
COPY datasets datasets
COPY notebooks notebooks
# What learners need, in the versions of the lock; no tools for developing.
RUN python -m pip install --no-cache-dir --constraint requirements.lock \
    ".[active,cluster,compress,drift,explain,fair,label,lineage,scale,search,serve,track,validate,classroom]"

# Inside of the container the server has to be reached from outside of it; `docker run` says who may.
RUN mkdir -p /opt/lab/etc/jupyter \
    && echo '{"ServerApp": {"ip": "0.0.0.0"}}' > /opt/lab/etc/jupyter/jupyter_server_config.json

USER 1000
RUN mkdir /home/learner/workspace
WORKDIR /home/learner
VOLUME /home/learner/workspace
EXPOSE 8888
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8888/api', timeout=4)"]
CMD ["mlops-lab", "lab", "--workspace", "/home/learner/workspace", "--port", "8888", "--no-browser"]
