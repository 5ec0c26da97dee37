# Runs as root at every start of the machine, so that a new version is one deployment away and a broken step is mended
# by a restart. The variables in capitals are set above it by `boot-script.ts`.
set -euo pipefail

data=/var/lib/meilisearch
program=/opt/meilisearch/$VERSION/meilisearch

# Session Manager and patches must go over IPv6, the only way out of this subnet.
use_dual_stack() {
  local config=/etc/amazon/ssm/amazon-ssm-agent.json
  if ! grep -qs UseDualStackEndpoint "$config"; then
    echo '{"Agent": {"UseDualStackEndpoint": true}}' > "$config"
    systemctl restart amazon-ssm-agent
  fi
}

# CloudFormation attaches the volume only once the machine exists, which may be after it has started.
mount_data() {
  mkdir -p "$data"
  if ! mountpoint -q "$data"; then
    until [ -b "$DATA_DEVICE" ]; do sleep 2; done
    local device known=0
    device=$(readlink -f "$DATA_DEVICE")
    # Only 2 says that nothing is there; any other fault must never end in an empty volume.
    blkid --probe "$device" > /dev/null || known=$?
    if [ "$known" -eq 2 ]; then
      mkfs.xfs "$device"
    elif [ "$known" -ne 0 ]; then
      echo "The data volume cannot be read (blkid: $known); it is left as it is" >&2
      exit 1
    fi
    mount -o noatime,nodev,nosuid,noexec "$device" "$data"
  fi
  # A volume that was made larger is used to its end.
  xfs_growfs "$data" > /dev/null
  id meilisearch > /dev/null 2>&1 || useradd --system --shell /sbin/nologin --home-dir "$data" meilisearch
  install -d -o meilisearch -g meilisearch -m 0700 "$data/data.ms" "$data/dumps" "$data/snapshots"
  chown meilisearch:meilisearch "$data"
}

# The operator may fill the bucket after the stack is there, so it is asked until it has the version.
fetch_program() {
  if [ -x "$program" ]; then return; fi
  local folder from=s3://$RELEASES_BUCKET/meilisearch/$VERSION/$BINARY
  folder=$(mktemp -d -p /var/tmp)
  until aws s3 cp --only-show-errors "$from" "$folder/$BINARY" &&
    aws s3 cp --only-show-errors "$from.sha256" "$folder/$BINARY.sha256"; do
    echo "$from is not there yet; see docs/deploy.md" >&2
    sleep 30
  done
  # A checksum that was reviewed and deployed counts for more than the one that lies beside the binary.
  if [ -n "$SHA256" ]; then echo "$SHA256  $BINARY" > "$folder/$BINARY.sha256"; fi
  (cd "$folder" && sha256sum --check --strict "$BINARY.sha256")
  install -D -m 0755 "$folder/$BINARY" "$program"
  rm -r "$folder"
}

# The key is in the environment of the process and nowhere on a disk.
write_start_command() {
  cat > /usr/local/bin/start-meilisearch << START
#!/bin/bash
set -euo pipefail
MEILI_MASTER_KEY=\$(aws secretsmanager get-secret-value --region $REGION --secret-id $MASTER_KEY_SECRET \\
  --query SecretString --output text)
export MEILI_MASTER_KEY
exec $program
START
  chmod 0755 /usr/local/bin/start-meilisearch
}

write_units() {
  # Half for indexing; the rest holds the pages of the index that searches read, and the system. MiB.
  local memory
  memory=$(awk '/^MemTotal:/ { print int($2 / 1024 / 2) }' /proc/meminfo)
  # At this level the log says what goes wrong, and holds neither addresses nor what was searched for.
  cat > /etc/systemd/system/meilisearch.service << UNIT
[Unit]
Description=Meilisearch $VERSION
Wants=network-online.target
After=network-online.target
# Without its volume it would begin an empty index on the root disk.
ConditionPathIsMountPoint=$data
StartLimitIntervalSec=0

[Service]
User=meilisearch
Group=meilisearch
WorkingDirectory=$data
ExecStart=/usr/local/bin/start-meilisearch
Environment=HOME=$data
Environment=MEILI_ENV=production
Environment=MEILI_HTTP_ADDR=0.0.0.0:$PORT
Environment=MEILI_DB_PATH=$data/data.ms
Environment=MEILI_DUMP_DIR=$data/dumps
Environment=MEILI_SNAPSHOT_DIR=$data/snapshots
Environment=MEILI_SCHEDULE_SNAPSHOT=86400
Environment=MEILI_NO_ANALYTICS=true
Environment=MEILI_LOG_LEVEL=WARN
Environment=MEILI_MAX_INDEXING_MEMORY=${memory}MiB
Environment=MEILI_EXPERIMENTAL_DUMPLESS_UPGRADE=true
Restart=always
RestartSec=5
# When memory runs out all the same, it begins again, and the agent that lets people in stays.
MemoryMax=90%
LimitNOFILE=65536
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ReadWritePaths=$data
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service

[Install]
WantedBy=multi-user.target
UNIT
  cat > /etc/systemd/system/keep-snapshot.service << UNIT
[Unit]
Description=Keeps the last snapshot of Meilisearch in S3
ConditionPathExists=$data/snapshots/data.ms.snapshot

[Service]
Type=oneshot
User=meilisearch
Group=meilisearch
Environment=HOME=$data
ExecStart=/usr/bin/aws s3 cp --only-show-errors $data/snapshots/data.ms.snapshot s3://$BACKUPS_BUCKET/meilisearch/data.ms.snapshot
UNIT
  cat > /etc/systemd/system/keep-snapshot.timer << UNIT
[Unit]
Description=Keeps a snapshot of Meilisearch every day

[Timer]
OnCalendar=*-*-* 03:30:00
RandomizedDelaySec=600
Persistent=true

[Install]
WantedBy=timers.target
UNIT
}

use_dual_stack
mount_data
fetch_program
write_start_command
write_units
systemctl daemon-reload
systemctl enable --now keep-snapshot.timer
systemctl restart meilisearch.service
