#!/usr/bin/env python3
"""What the commands of the object store answer with --json, held against the output shapes of S3 in botocore's service model: every
member has S3's name and type, every value of an enumeration is one of S3's. Nothing leaves the machine.

usage: s3_shapes.py PATH-OF-COFFER
Exit status 0 if everything is as it should be; otherwise each member that is not is told.
"""

import datetime
import json
import os
import subprocess
import sys
import tempfile

import botocore.session

COFFER = sys.argv[1]
MODEL = botocore.session.get_session().get_service_model("s3")
# S3 hands out what was put, whatever it is; the model calls it a time, and botocore falls back to the text.
AS_WRITTEN = {"Expires"}
SCALARS = {"string": str, "boolean": bool, "integer": int, "long": int}
problems = []


def check(value, shape, path):
    """Tells what of a value does not fit a shape."""
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            problems.append(f"{path}: is no object")
            return
        for name, member in value.items():
            if name not in shape.members:
                problems.append(f"{path}.{name}: is no member of {shape.name}")
            elif name in AS_WRITTEN:
                check_scalar(member, str, f"{path}.{name}")
            else:
                check(member, shape.members[name], f"{path}.{name}")
        for name in set(shape.required_members) - set(value):
            problems.append(f"{path}.{name}: is missing")
    elif kind == "list":
        if not isinstance(value, list):
            problems.append(f"{path}: is no array")
            return
        for index, item in enumerate(value):
            check(item, shape.member, f"{path}[{index}]")
    elif kind == "map":
        for name, item in value.items():
            check(item, shape.value, f"{path}[{name!r}]")
    elif kind == "timestamp":
        try:
            datetime.datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ")
        except (TypeError, ValueError):
            problems.append(f"{path}: {value!r} is no time")
    else:
        check_scalar(value, SCALARS[kind], path)
        values = getattr(shape, "enum", None)
        if values and value not in values:
            problems.append(f"{path}: {value!r} is none of {values}")


def check_scalar(value, kind, path):
    if type(value) is not kind:
        problems.append(f"{path}: {value!r} is no {kind.__name__}")


def coffer(*arguments, stdin=b"", status=0):
    done = subprocess.run([COFFER, *arguments], input=stdin, capture_output=True, env=ENVIRONMENT, check=False)
    assert done.returncode == status, f"coffer {' '.join(arguments)}: {done.returncode}\n{done.stderr.decode()}"
    return done.stdout


def answer(operation, *arguments, needs=(), **options):
    """Runs a command and holds its answer against the output of an operation.

    needs: members that have to be there in this case.
    """
    text = coffer(*arguments, "--json", **options)
    result = json.loads(text)
    check(result, MODEL.operation_model(operation).output_shape, operation)
    for name in needs:
        if name not in result:
            problems.append(f"{operation}.{name}: is missing")
    COVERED.add(operation)
    return result


def lines(shape, *arguments, besides=()):
    """The same for commands that write a line for each entry.

    besides: members that are ours.
    """
    for line in coffer(*arguments, "--json").splitlines():
        entry = {name: value for name, value in json.loads(line).items() if name not in besides}
        check(entry, MODEL.shape_for(shape), f"{shape} of {' '.join(arguments[:2])}")


def buckets():
    coffer("bucket", "create", "photos", "--object-lock", "--tag", "team=ops")
    answer("ListBuckets", "bucket", "list", needs=["Buckets"])
    answer("GetBucketVersioning", "bucket", "versioning", "get", "photos", needs=["Status"])
    answer("GetBucketEncryption", "bucket", "default-key", "get", "photos", needs=["ServerSideEncryptionConfiguration"])
    answer("GetBucketTagging", "bucket", "tag", "list", "photos", needs=["TagSet"])
    for period in ["--days", "--years"]:
        coffer("bucket", "retention", "put", "photos", "--mode", "governance", period, "1")
        answer("GetObjectLockConfiguration", "bucket", "retention", "get", "photos", needs=["ObjectLockConfiguration"])
    coffer("bucket", "retention", "put", "photos", "--none")
    rules = {"Rules": [
        {"ID": "all", "Status": "Enabled", "Filter": {"And": {
            "Prefix": "logs/", "Tags": [{"Key": "a", "Value": "b"}], "ObjectSizeGreaterThan": 10, "ObjectSizeLessThan": 1000}},
         "Expiration": {"Days": 3}, "NoncurrentVersionExpiration": {"NoncurrentDays": 5, "NewerNoncurrentVersions": 2}},
        {"ID": "markers", "Status": "Disabled", "Filter": {"Prefix": ""}, "Expiration": {"ExpiredObjectDeleteMarker": True}},
        {"ID": "uploads", "Status": "Enabled", "Filter": {"Prefix": ""}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
        {"ID": "date", "Status": "Enabled", "Filter": {"Tag": {"Key": "k", "Value": "v"}}, "Expiration": {"Date": "2030-01-01T00:00:00Z"}},
    ]}
    coffer("bucket", "lifecycle", "put", "photos", "--file", json.dumps(rules))
    told = answer("GetBucketLifecycleConfiguration", "bucket", "lifecycle", "get", "photos", needs=["Rules"])
    assert told["Rules"] == rules["Rules"], f"a lifecycle is not what was put: {json.dumps(told, indent=1)}"


def objects():
    place = ["--bucket", "photos", "--key", "logs/a b"]
    put = answer(
        "PutObject", "object", "put", *place, "--body", "-", "--checksum-algorithm", "SHA256", "--metadata", "k=v", "--tagging", "t=1",
        "--content-type", "text/plain", "--content-encoding", "gzip", "--content-language", "de", "--cache-control", "no-store",
        "--content-disposition", "inline", "--expires", "tomorrow", stdin=b"hello",
        needs=["ETag", "VersionId", "ChecksumSHA256", "ChecksumType", "ServerSideEncryption", "SSEKMSKeyId", "Size"])
    content = [
        "ETag", "VersionId", "LastModified", "ContentLength", "ContentType", "ContentEncoding", "ContentLanguage", "CacheControl",
        "ContentDisposition", "Expires", "Metadata", "AcceptRanges", "TagCount",
    ]
    answer("HeadObject", "object", "head", *place, needs=content)
    answer("HeadObject", "object", "head", *place, "--checksum-mode", "ENABLED", "--range", "bytes=1-2", needs=["ContentRange"])
    answer("GetObject", "object", "get", *place, "--checksum-mode", "ENABLED", OUTPUT, needs=[*content, "ChecksumSHA256"])
    answer("GetObjectAttributes", "object", "attributes", *place, needs=["ETag", "Checksum", "ObjectSize", "LastModified"])
    answer("CopyObject", "object", "copy", "--bucket", "photos", "--key", "copy", "--copy-source", "photos/logs/a%20b",
           needs=["CopyObjectResult", "VersionId", "CopySourceVersionId"])
    answer("CopyObject", "object", "metadata", *place, "--content-type", "a/b", needs=["CopyObjectResult"])
    answer("PutObjectTagging", "object", "tag", "put", *place, "a=b", needs=["VersionId"])
    answer("GetObjectTagging", "object", "tag", "get", *place, needs=["TagSet", "VersionId"])
    answer("DeleteObjectTagging", "object", "tag", "delete", *place, needs=["VersionId"])
    coffer("object", "retention", "put", *place, "--mode", "governance", "--retain-until-date", "2040-01-01")
    answer("GetObjectRetention", "object", "retention", "get", *place, needs=["Retention"])
    coffer("object", "legal-hold", "put", *place, "--status", "on")
    answer("GetObjectLegalHold", "object", "legal-hold", "get", *place, needs=["LegalHold"])
    answer("HeadObject", "object", "head", *place,
           needs=["ObjectLockMode", "ObjectLockRetainUntilDate", "ObjectLockLegalHoldStatus"])
    answer("DeleteObject", "object", "delete", *place, needs=["DeleteMarker", "VersionId"])
    answer("DeleteObject", "object", "delete", *place, "--version-id", put["VersionId"], needs=["VersionId"])


def uploads():
    place = ["--bucket", "photos", "--key", "big"]
    begun = answer("CreateMultipartUpload", "object", "upload", "create", *place, "--checksum-algorithm", "CRC32C",
                   needs=["Bucket", "Key", "UploadId", "ChecksumAlgorithm", "ChecksumType"])
    upload = [*place, "--upload-id", begun["UploadId"]]
    block = os.urandom(5 << 20)
    first = answer("UploadPart", "object", "upload", "part", *upload, "--part-number", "1", "--body", "-", stdin=block, needs=["ETag"])
    second = answer("UploadPartCopy", "object", "upload", "part-copy", *upload, "--part-number", "2", "--copy-source", "photos/copy",
                    needs=["CopyPartResult"])
    answer("ListMultipartUploads", "object", "upload", "list", "--bucket", "photos", needs=["Uploads", "Bucket", "IsTruncated"])
    answer("ListMultipartUploads", "object", "upload", "list", "--bucket", "photos", "--delimiter", "i", "--encoding-type", "url",
           needs=["CommonPrefixes"])
    answer("ListParts", "object", "upload", "parts", *upload, needs=["Parts", "Bucket", "Key", "UploadId"])
    parts = {"Parts": [
        {"PartNumber": 1, "ETag": first["ETag"], "ChecksumCRC32C": first["ChecksumCRC32C"]},
        {"PartNumber": 2, "ETag": second["CopyPartResult"]["ETag"], "ChecksumCRC32C": second["CopyPartResult"]["ChecksumCRC32C"]},
    ]}
    answer("CompleteMultipartUpload", "object", "upload", "complete", *upload, "--multipart-upload", json.dumps(parts),
           needs=["Bucket", "Key", "ETag", "VersionId"])
    answer("HeadObject", "object", "head", *place, "--part-number", "1", needs=["PartsCount", "ContentRange"])
    answer("GetObjectAttributes", "object", "attributes", *place, "--max-parts", "1", needs=["ObjectParts"])


def listings():
    for number in range(3):
        coffer("object", "put", "--bucket", "photos", "--key", f"ls/ä{number}", "--body", "-")
    page = answer("ListObjectsV2", "object", "list", "--bucket", "photos", "--max-keys", "2",
                  needs=["Contents", "NextContinuationToken", "IsTruncated", "KeyCount", "MaxKeys", "Name", "Prefix"])
    answer("ListObjectsV2", "object", "list", "--bucket", "photos", "--delimiter", "/", "--encoding-type", "url",
           "--continuation-token", page["NextContinuationToken"], needs=["EncodingType", "Delimiter", "ContinuationToken"])
    answer("ListObjectsV2", "object", "list", "--bucket", "photos", "--delimiter", "/", "--start-after", "a",
           needs=["CommonPrefixes", "StartAfter"])
    page = answer("ListObjectVersions", "object", "versions", "--bucket", "photos", "--max-keys", "3",
                  needs=["Versions", "IsTruncated", "NextKeyMarker", "NextVersionIdMarker"])
    answer("ListObjectVersions", "object", "versions", "--bucket", "photos", "--key-marker", page["NextKeyMarker"],
           "--version-id-marker", page["NextVersionIdMarker"], needs=["KeyMarker", "VersionIdMarker"])
    answer("ListObjectVersions", "object", "versions", "--bucket", "photos", "--prefix", "logs/", needs=["DeleteMarkers"])
    lines("Bucket", "ls")
    lines("Object", "ls", "coffer://photos", "--recursive")
    lines("CommonPrefix", "ls", "coffer://photos/ls")
    lines("ObjectVersion", "ls", "coffer://photos", "--recursive", "--versions", besides=["IsDeleteMarker"])
    batch = {"Objects": [{"Key": "ls/ä0"}, {"Key": "ls/ä1", "VersionId": "none"}]}
    answer("DeleteObjects", "object", "delete-batch", "--bucket", "photos", "--delete", json.dumps(batch), needs=["Deleted"])
    locked = {"Objects": [{"Key": "logs/a b", "VersionId": version["VersionId"]} for version in answer(
        "ListObjectVersions", "object", "versions", "--bucket", "photos", "--prefix", "logs/")["Versions"]]}
    text = coffer("object", "delete-batch", "--bucket", "photos", "--delete", json.dumps(locked), "--json", status=4)
    check(json.loads(text), MODEL.operation_model("DeleteObjects").output_shape, "DeleteObjects")
    assert "Errors" in json.loads(text)


with tempfile.TemporaryDirectory(prefix="coffer-shapes-") as folder:
    ENVIRONMENT = {"PATH": os.environ["PATH"], "COFFER_HOME": f"{folder}/home", "HOME": folder}
    OUTPUT = f"{folder}/output"
    COVERED = set()
    coffer("init", "--quiet", "--seal", f"keyfile:{folder}/key")
    buckets()
    objects()
    uploads()
    listings()

for problem in problems:
    print(problem, file=sys.stderr)
if problems:
    sys.exit(f"{len(problems)} members are not as S3 has them")
print(f"the answers of {len(COVERED)} operations have S3's members and types (botocore {botocore.__version__})")
