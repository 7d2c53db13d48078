"""An authority and certificates by it, made with openssl, each in a file and its key in another that nobody else may read."""

import subprocess

NEW = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


class Authority:
    def __init__(self, folder, name="authority"):
        self.folder, self.name = folder, name
        self.file = folder / f"{name}.pem"
        self._openssl("req", "-x509", *NEW, "-days", "2", "-subj", f"/CN={name}", "-keyout", self._path("key"),
                      "-out", self.file)

    def issue(self, name, names="DNS:localhost,IP:127.0.0.1"):
        """The files of certificate and key."""
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={names}\n")
        self._openssl("req", *NEW, "-subj", f"/O=Example/CN={name}", "-keyout", key, "-out", request)
        self._openssl("x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self._path("key"), "-CAcreateserial",
                      "-days", "2", "-extfile", extensions, "-out", certificate)
        return certificate, key

    def _path(self, suffix):
        return self.folder / f"{self.name}.{suffix}"

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
