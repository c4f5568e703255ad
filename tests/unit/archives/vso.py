"""A Virtual Solar Observatory of one's own: the service's description, as far as sunpy needs it, and two answers over SOAP."""

import re
from dataclasses import dataclass, field

from remote import Reply, Request

NAMESPACE = "http://virtualsolar.org/VSO/VSOi"
SOAP = "http://schemas.xmlsoap.org/soap/"
DESCRIPTION = "/WSDL/VSOi_rpc_literal.wsdl"
# Types of the service: a name of one below, "s" text, "f" number; "*" may come often.
TYPES = {
    "Time": {"start": "s", "end": "s", "near": "s"},
    "QueryRequestBlock": {"time": "Time", "instrument": "s", "physobs": "s", "sample": "s"},
    "QueryRequest": {"version": "s", "block": "QueryRequestBlock"},
    "RecordItem": {"provider": "s", "source": "s", "instrument": "s", "physobs": "s", "time": "Time", "fileid": "s", "size": "f"},
    "Record": {"recorditem*": "RecordItem"},
    "ProviderQueryResponse": {"provider": "s", "record": "Record", "error": "s"},
    "QueryResponse": {"provideritem*": "ProviderQueryResponse"},
    "MethodType": {"methodtype*": "s"},
    "Info": {"email": "s", "site": "s", "required": "s"},
    "FileIDs": {"fileid*": "s"},
    "DataRequestItem": {"provider": "s", "fileiditem": "FileIDs"},
    "DataContainer": {"datarequestitem*": "DataRequestItem"},
    "GetDataRequest": {"method": "MethodType", "info": "Info", "datacontainer": "DataContainer"},
    "VSOGetDataRequest": {"version": "s", "request": "GetDataRequest"},
    "DataItem": {"fileiditem": "FileIDs", "url": "s"},
    "GetDataItem": {"dataitem*": "DataItem"},
    "GetDataResponseItem": {"provider": "s", "status": "s", "method": "MethodType", "getdataitem": "GetDataItem"},
    "VSOGetDataResponse": {"getdataresponseitem*": "GetDataResponseItem"},
}
OPERATIONS = {"Query": ("QueryRequest", "QueryResponse"), "GetData": ("VSOGetDataRequest", "VSOGetDataResponse")}


@dataclass
class Vso:
    """Answers as the VSO does, with one record at each of the moments.

    Attributes
    ----------
    moments : of the records, 14 digits
    body : of every file
    refused : what it says instead of giving out addresses; "" to give them out
    asked : the bodies of the questions
    """

    moments: list[str]
    body: bytes = b""
    refused: str = ""
    asked: list[str] = field(default_factory=list)

    async def __call__(self, request: Request) -> Reply:
        host = f"http://{request.headers['host']}"
        if request.path == DESCRIPTION:
            return Reply(body=described(f"{host}/cgi-bin/vsoi").encode(), headers={"Content-Type": "text/xml"})
        if request.path == "/cgi-bin/drms_export.cgi":
            return Reply(body=self.body)
        self.asked.append(request.body.decode())
        operation = request.headers["soapaction"].strip('"').rpartition("#")[2]
        answer = self.query() if operation == "Query" else self.get_data(host, self.asked[-1])
        told = f'<v:{operation}Response xmlns:v="{NAMESPACE}"><body>{answer}</body></v:{operation}Response>'
        envelope = f'<s:Envelope xmlns:s="{SOAP}envelope/"><s:Body>{told}</s:Body></s:Envelope>'
        return Reply(body=envelope.encode(), headers={"Content-Type": "text/xml; charset=utf-8"})

    def query(self) -> str:
        """Records of the JSOC, in an order of their own."""
        items = "".join(
            f"<recorditem><provider>JSOC</provider><source>SDO</source><instrument>HMI</instrument>"
            f"<physobs>LOS_magnetic_field</physobs><time><start>{moment}</start><end>{moment}</end></time>"
            f"<fileid>hmi__M_45s:{moment}</fileid><size>-1</size></recorditem>"
            for moment in reversed(self.moments)
        )
        return f"<provideritem><provider>JSOC</provider><record>{items}</record></provideritem>"

    def get_data(self, host: str, asked: str) -> str:
        """Addresses of programs."""
        identities = re.findall(r"<fileid>([^<]+)</fileid>", asked)
        items = "".join(
            f"<dataitem><fileiditem><fileid>{identity}</fileid></fileiditem>"
            f"<url>{host}/cgi-bin/drms_export.cgi?series=hmi__M_45s;record={identity.partition(':')[2]}</url></dataitem>"
            for identity in identities
        )
        return (
            f"<getdataresponseitem><provider>JSOC</provider><status>{self.refused or '200 OK'}</status>"
            f"<method><methodtype>URL-FILE_Rice</methodtype></method><getdataitem>{items}</getdataitem></getdataresponseitem>"
        )


def described(address: str) -> str:
    """The service's WSDL: remote procedures, literally encoded, one part called body each."""
    types = "".join(
        f'<x:complexType name="{name}"><x:sequence>{_fields(held)}</x:sequence></x:complexType>' for name, held in TYPES.items()
    )
    messages = ports = bindings = ""
    for name, (asked, told) in OPERATIONS.items():
        messages += "".join(f'<message name="{kind}"><part name="body" type="v:{kind}"/></message>' for kind in (asked, told))
        ports += f'<operation name="{name}"><input message="v:{asked}"/><output message="v:{told}"/></operation>'
        literal = f'<soap:body use="literal" namespace="{NAMESPACE}"/>'
        bindings += (
            f'<operation name="{name}"><soap:operation soapAction="{NAMESPACE}#{name}" style="rpc"/>'
            f"<input>{literal}</input><output>{literal}</output></operation>"
        )
    return (
        f'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="{SOAP.replace("/soap/", "/wsdl/soap/")}" '
        f'xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:v="{NAMESPACE}" targetNamespace="{NAMESPACE}">'
        f'<types><x:schema targetNamespace="{NAMESPACE}">{types}</x:schema></types>{messages}'
        f'<portType name="VSOiPort">{ports}</portType>'
        f'<binding name="VSOiBinding" type="v:VSOiPort"><soap:binding style="rpc" transport="http://schemas.xmlsoap.org/soap/http"/>'
        f"{bindings}</binding>"
        f'<service name="VSOiService"><port name="nsoVSOi" binding="v:VSOiBinding"><soap:address location="{address}"/></port>'
        f"</service></definitions>"
    )


def _fields(held: dict[str, str]) -> str:
    kinds = {"s": "x:string", "f": "x:float"}
    return "".join(
        f'<x:element name="{name.rstrip("*")}" type="{kinds.get(kind, f"v:{kind}")}" minOccurs="0"'
        f"{' maxOccurs=' + chr(34) + 'unbounded' + chr(34) if name.endswith('*') else ''}/>"
        for name, kind in held.items()
    )
