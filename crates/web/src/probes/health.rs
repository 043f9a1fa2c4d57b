//! `GET /healthz`: the process answers.

/// Tell that the process is alive
#[utoipa::path(get, path = "/healthz", operation_id = "healthz", tag = "operations",
    responses((status = 200, description = "Alive.", body = String)), security(()))]
pub(crate) async fn handle() -> &'static str {
    "ok\n"
}
