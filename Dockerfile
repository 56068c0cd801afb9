# One container, one command. Mount a folder at /data; put config.toml in it to change anything.
FROM python:3.11-slim
WORKDIR /app
ENV PYTHONUNBUFFERED=1 DOGEAR_DATA=/data ANONYMIZED_TELEMETRY=False ORT_DISABLE_TELEMETRY=1
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock
COPY storage storage
COPY agent agent
COPY bot bot
RUN pip install --no-cache-dir --no-deps --no-build-isolation . \
    && useradd --create-home --uid 10001 dogear && mkdir /data && chown dogear /data
USER dogear
VOLUME /data
ENTRYPOINT ["dogear"]
CMD ["chat"]
