/** The part of GitHub's GraphQL schema that is served. A test holds it against the published one: nothing here may differ from it. */
export const schemaText = /* GraphQL */ `
  scalar BigInt
  scalar DateTime

  enum ReactionContent {
    CONFUSED
    EYES
    HEART
    HOORAY
    LAUGH
    ROCKET
    THUMBS_DOWN
    THUMBS_UP
  }
  enum PatchStatus {
    ADDED
    CHANGED
    COPIED
    DELETED
    MODIFIED
    RENAMED
  }
  type ReactionGroup {
    content: ReactionContent!
    users(first: Int, after: String, last: Int, before: String): ReactingUserConnection!
  }
  type ReactingUserConnection {
    totalCount: Int!
  }
  type Workflow implements Node {
    id: ID!
    name: String!
  }
  type WorkflowRun implements Node {
    id: ID!
    event: String!
    workflow: Workflow!
  }
  scalar URI
  scalar GitObjectID
  scalar HTML

  enum SearchType {
    ISSUE
    REPOSITORY
  }
  enum PullRequestState {
    CLOSED
    MERGED
    OPEN
  }
  enum IssueState {
    CLOSED
    OPEN
  }
  enum IssueStateReason {
    COMPLETED
    NOT_PLANNED
    REOPENED
    DUPLICATE
  }
  enum MergeableState {
    CONFLICTING
    MERGEABLE
    UNKNOWN
  }
  enum MergeStateStatus {
    BEHIND
    BLOCKED
    CLEAN
    DIRTY
    DRAFT
    HAS_HOOKS
    UNKNOWN
    UNSTABLE
  }
  enum PullRequestReviewDecision {
    APPROVED
    CHANGES_REQUESTED
    REVIEW_REQUIRED
  }
  enum PullRequestReviewState {
    APPROVED
    CHANGES_REQUESTED
    COMMENTED
    DISMISSED
    PENDING
  }
  enum StatusState {
    ERROR
    EXPECTED
    FAILURE
    PENDING
    SUCCESS
  }
  enum CheckStatusState {
    COMPLETED
    IN_PROGRESS
    PENDING
    QUEUED
    REQUESTED
    WAITING
  }
  enum CheckConclusionState {
    ACTION_REQUIRED
    CANCELLED
    FAILURE
    NEUTRAL
    SKIPPED
    STALE
    STARTUP_FAILURE
    SUCCESS
    TIMED_OUT
  }
  enum PullRequestMergeMethod {
    MERGE
    REBASE
    SQUASH
  }
  enum OrderDirection {
    ASC
    DESC
  }
  enum IssueOrderField {
    COMMENTS
    CREATED_AT
    UPDATED_AT
  }
  enum CommentAuthorAssociation {
    COLLABORATOR
    CONTRIBUTOR
    FIRST_TIMER
    FIRST_TIME_CONTRIBUTOR
    MANNEQUIN
    MEMBER
    NONE
    OWNER
  }
  enum RepositoryPermission {
    ADMIN
    MAINTAIN
    READ
    TRIAGE
    WRITE
  }

  input IssueOrder {
    direction: OrderDirection!
    field: IssueOrderField!
  }

  interface Node {
    id: ID!
  }
  interface Actor {
    login: String!
    url: URI!
    avatarUrl(size: Int): URI!
  }
  interface RepositoryOwner {
    id: ID!
    login: String!
    url: URI!
    avatarUrl(size: Int): URI!
  }
  interface GitObject {
    id: ID!
    oid: GitObjectID!
    abbreviatedOid: String!
  }

  type Query {
    viewer: User!
    user(login: String!): User
    organization(login: String!): Organization
    repositoryOwner(login: String!): RepositoryOwner
    repository(owner: String!, name: String!, followRenames: Boolean = true): Repository
    node(id: ID!): Node
    nodes(ids: [ID!]!): [Node]!
    search(
      type: SearchType!
      query: String!
      first: Int
      after: String
      last: Int
      before: String
    ): SearchResultItemConnection!
    rateLimit(dryRun: Boolean = false): RateLimit
  }

  type RateLimit {
    cost: Int!
    limit: Int!
    nodeCount: Int!
    remaining: Int!
    resetAt: DateTime!
    used: Int!
  }
  type PageInfo {
    endCursor: String
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
  }

  type UserStatus {
    message: String
    indicatesLimitedAvailability: Boolean!
    user: User!
  }
  type User implements Node & Actor & RepositoryOwner {
    id: ID!
    databaseId: Int
    login: String!
    name: String
    email: String!
    url: URI!
    avatarUrl(size: Int): URI!
    status: UserStatus
    isViewer: Boolean!
  }
  type Bot implements Node & Actor {
    id: ID!
    databaseId: Int
    login: String!
    url: URI!
    avatarUrl(size: Int): URI!
  }
  type Organization implements Node & Actor & RepositoryOwner {
    id: ID!
    databaseId: Int
    login: String!
    name: String
    url: URI!
    avatarUrl(size: Int): URI!
    team(slug: String!): Team
    viewerCanAdminister: Boolean!
  }
  type Team implements Node {
    id: ID!
    databaseId: Int
    name: String!
    slug: String!
    organization: Organization!
  }

  type Repository implements Node {
    id: ID!
    databaseId: Int
    name: String!
    nameWithOwner: String!
    owner: RepositoryOwner!
    url: URI!
    sshUrl: GitSSHRemote!
    description: String
    isPrivate: Boolean!
    isFork: Boolean!
    isArchived: Boolean!
    isEmpty: Boolean!
    hasIssuesEnabled: Boolean!
    hasWikiEnabled: Boolean!
    hasProjectsEnabled: Boolean!
    parent: Repository
    defaultBranchRef: Ref
    viewerPermission: RepositoryPermission
    viewerCanAdminister: Boolean!
    mergeCommitAllowed: Boolean!
    squashMergeAllowed: Boolean!
    rebaseMergeAllowed: Boolean!
    deleteBranchOnMerge: Boolean!
    autoMergeAllowed: Boolean
    createdAt: DateTime!
    updatedAt: DateTime!
    pushedAt: DateTime
    ref(qualifiedName: String!): Ref
    object(expression: String, oid: GitObjectID): GitObject
    issue(number: Int!): Issue
    pullRequest(number: Int!): PullRequest
    issueOrPullRequest(number: Int!): IssueOrPullRequest
    issues(
      first: Int
      after: String
      last: Int
      before: String
      states: [IssueState!]
      labels: [String!]
      orderBy: IssueOrder
    ): IssueConnection!
    pullRequests(
      first: Int
      after: String
      last: Int
      before: String
      states: [PullRequestState!]
      labels: [String!]
      headRefName: String
      baseRefName: String
      orderBy: IssueOrder
    ): PullRequestConnection!
    labels(first: Int, after: String, last: Int, before: String, query: String): LabelConnection
    milestone(number: Int!): Milestone
  }
  scalar GitSSHRemote

  type Ref implements Node {
    id: ID!
    name: String!
    prefix: String!
    target: GitObject
  }
  type Blob implements Node & GitObject {
    id: ID!
    oid: GitObjectID!
    abbreviatedOid: String!
    text: String
    byteSize: Int!
    isBinary: Boolean
  }
  type Tree implements Node & GitObject {
    id: ID!
    oid: GitObjectID!
    abbreviatedOid: String!
  }
  type GitActor {
    name: String
    email: String
    date: GitTimestamp
    user: User
  }
  scalar GitTimestamp
  type Commit implements Node & GitObject {
    id: ID!
    oid: GitObjectID!
    abbreviatedOid: String!
    message: String!
    messageHeadline: String!
    messageBody: String!
    committedDate: DateTime!
    authoredDate: DateTime!
    author: GitActor
    committer: GitActor
    status: Status
    statusCheckRollup: StatusCheckRollup
    authors(first: Int, after: String, last: Int, before: String): GitActorConnection!
    parents(first: Int, after: String, last: Int, before: String): CommitConnection!
    checkSuites(first: Int, after: String, last: Int, before: String): CheckSuiteConnection
  }
  type GitActorConnection {
    nodes: [GitActor]
    totalCount: Int!
    pageInfo: PageInfo!
  }
  type CommitConnection {
    nodes: [Commit]
    totalCount: Int!
    pageInfo: PageInfo!
  }
  type Status implements Node {
    id: ID!
    state: StatusState!
    contexts: [StatusContext!]!
    context(name: String!): StatusContext
  }
  type StatusContext implements Node {
    id: ID!
    context: String!
    description: String
    state: StatusState!
    targetUrl: URI
    createdAt: DateTime!
    creator: Actor
    isRequired(pullRequestId: ID, pullRequestNumber: Int): Boolean!
  }
  type CheckSuiteConnection {
    nodes: [CheckSuite]
    totalCount: Int!
    pageInfo: PageInfo!
  }
  type CheckSuite implements Node {
    workflowRun: WorkflowRun

    id: ID!
    status: CheckStatusState!
    conclusion: CheckConclusionState
    checkRuns(first: Int, after: String, last: Int, before: String): CheckRunConnection
  }
  type CheckRunConnection {
    nodes: [CheckRun]
    totalCount: Int!
    pageInfo: PageInfo!
  }
  type CheckRun implements Node {
    id: ID!
    name: String!
    status: CheckStatusState!
    conclusion: CheckConclusionState
    detailsUrl: URI
    startedAt: DateTime
    completedAt: DateTime
    title: String
    summary: String
    checkSuite: CheckSuite!
    isRequired(pullRequestId: ID, pullRequestNumber: Int): Boolean!
  }
  union StatusCheckRollupContext = CheckRun | StatusContext
  type StatusCheckRollupContextConnection {
    nodes: [StatusCheckRollupContext]
    totalCount: Int!
    pageInfo: PageInfo!
  }
  type StatusCheckRollup implements Node {
    id: ID!
    state: StatusState!
    contexts(first: Int, after: String, last: Int, before: String): StatusCheckRollupContextConnection!
  }

  type Label implements Node {
    id: ID!
    name: String!
    color: String!
    description: String
    url: URI!
  }
  type LabelConnection {
    nodes: [Label]
    totalCount: Int!
    pageInfo: PageInfo!
  }
  type Milestone implements Node {
    id: ID!
    number: Int!
    title: String!
    description: String
    dueOn: DateTime
  }
  type UserConnection {
    nodes: [User]
    totalCount: Int!
    pageInfo: PageInfo!
  }

  type Issue implements Node {
    reactionGroups: [ReactionGroup!]

    id: ID!
    databaseId: Int
    number: Int!
    title: String!
    body: String!
    url: URI!
    state: IssueState!
    stateReason(enableDuplicate: Boolean = false): IssueStateReason
    author: Actor
    authorAssociation: CommentAuthorAssociation!
    createdAt: DateTime!
    updatedAt: DateTime!
    closedAt: DateTime
    closed: Boolean!
    locked: Boolean!
    isPinned: Boolean
    repository: Repository!
    milestone: Milestone
    labels(first: Int, after: String, last: Int, before: String): LabelConnection
    assignees(first: Int, after: String, last: Int, before: String): UserConnection!
    comments(first: Int, after: String, last: Int, before: String): IssueCommentConnection!
  }
  type IssueConnection {
    nodes: [Issue]
    totalCount: Int!
    pageInfo: PageInfo!
  }
  interface Comment {
    id: ID!
    body: String!
    author: Actor
    authorAssociation: CommentAuthorAssociation!
    includesCreatedEdit: Boolean!
    createdAt: DateTime!
    updatedAt: DateTime!
  }
  type IssueComment implements Node & Comment {
    includesCreatedEdit: Boolean!
    isMinimized: Boolean!
    minimizedReason: String
    reactionGroups: [ReactionGroup!]
    viewerDidAuthor: Boolean!

    id: ID!
    databaseId: Int
    fullDatabaseId: BigInt
    body: String!
    author: Actor
    authorAssociation: CommentAuthorAssociation!
    url: URI!
    createdAt: DateTime!
    updatedAt: DateTime!
  }
  type IssueCommentConnection {
    nodes: [IssueComment]
    totalCount: Int!
    pageInfo: PageInfo!
  }

  type PullRequest implements Node {
    reactionGroups: [ReactionGroup!]

    id: ID!
    databaseId: Int
    number: Int!
    title: String!
    body: String!
    url: URI!
    state: PullRequestState!
    author: Actor
    authorAssociation: CommentAuthorAssociation!
    createdAt: DateTime!
    updatedAt: DateTime!
    closedAt: DateTime
    mergedAt: DateTime
    closed: Boolean!
    merged: Boolean!
    locked: Boolean!
    isDraft: Boolean!
    isCrossRepository: Boolean!
    maintainerCanModify: Boolean!
    additions: Int!
    deletions: Int!
    changedFiles: Int!
    repository: Repository!
    milestone: Milestone
    mergedBy: Actor
    mergeCommit: Commit
    potentialMergeCommit: Commit
    baseRef: Ref
    baseRefName: String!
    baseRefOid: GitObjectID!
    headRef: Ref
    headRefName: String!
    headRefOid: GitObjectID!
    headRepository: Repository
    headRepositoryOwner: RepositoryOwner
    mergeable: MergeableState!
    mergeStateStatus: MergeStateStatus!
    canBeRebased: Boolean!
    reviewDecision: PullRequestReviewDecision
    labels(first: Int, after: String, last: Int, before: String): LabelConnection
    assignees(first: Int, after: String, last: Int, before: String): UserConnection!
    comments(first: Int, after: String, last: Int, before: String): IssueCommentConnection!
    commits(first: Int, after: String, last: Int, before: String): PullRequestCommitConnection!
    files(first: Int, after: String, last: Int, before: String): PullRequestChangedFileConnection
    reviews(
      first: Int
      after: String
      last: Int
      before: String
      states: [PullRequestReviewState!]
    ): PullRequestReviewConnection
    reviewThreads(first: Int, after: String, last: Int, before: String): PullRequestReviewThreadConnection!
    reviewRequests(first: Int, after: String, last: Int, before: String): ReviewRequestConnection
    statusCheckRollup: StatusCheckRollup
  }
  type PullRequestConnection {
    nodes: [PullRequest]
    totalCount: Int!
    pageInfo: PageInfo!
  }
  type PullRequestCommit implements Node {
    id: ID!
    commit: Commit!
  }
  type PullRequestCommitConnection {
    nodes: [PullRequestCommit]
    totalCount: Int!
    pageInfo: PageInfo!
  }
  type PullRequestChangedFile {
    changeType: PatchStatus!

    path: String!
    additions: Int!
    deletions: Int!
  }
  type PullRequestChangedFileConnection {
    nodes: [PullRequestChangedFile]
    totalCount: Int!
    pageInfo: PageInfo!
  }
  type PullRequestReview implements Node {
    includesCreatedEdit: Boolean!
    reactionGroups: [ReactionGroup!]

    id: ID!
    databaseId: Int
    fullDatabaseId: BigInt
    body: String!
    state: PullRequestReviewState!
    author: Actor
    authorAssociation: CommentAuthorAssociation!
    submittedAt: DateTime
    commit: Commit
    url: URI!
  }
  type PullRequestReviewConnection {
    nodes: [PullRequestReview]
    totalCount: Int!
    pageInfo: PageInfo!
  }
  type PullRequestReviewThread implements Node {
    id: ID!
    isResolved: Boolean!
    isOutdated: Boolean!
    path: String!
    line: Int
    comments(first: Int, after: String, last: Int, before: String): PullRequestReviewCommentConnection!
  }
  type PullRequestReviewThreadConnection {
    nodes: [PullRequestReviewThread]
    totalCount: Int!
    pageInfo: PageInfo!
  }
  type PullRequestReviewComment implements Node & Comment {
    id: ID!
    databaseId: Int
    fullDatabaseId: BigInt
    body: String!
    path: String!
    author: Actor
    authorAssociation: CommentAuthorAssociation!
    includesCreatedEdit: Boolean!
    url: URI!
    createdAt: DateTime!
    updatedAt: DateTime!
  }
  type PullRequestReviewCommentConnection {
    nodes: [PullRequestReviewComment]
    totalCount: Int!
    pageInfo: PageInfo!
  }
  union RequestedReviewer = Bot | Team | User
  type ReviewRequest implements Node {
    id: ID!
    requestedReviewer: RequestedReviewer
  }
  type ReviewRequestConnection {
    nodes: [ReviewRequest]
    totalCount: Int!
    pageInfo: PageInfo!
  }

  union IssueOrPullRequest = Issue | PullRequest
  union SearchResultItem = Issue | PullRequest | Repository
  type SearchResultItemConnection {
    issueCount: Int!
    repositoryCount: Int!
    nodes: [SearchResultItem]
    pageInfo: PageInfo!
  }

  type Mutation {
    addComment(input: AddCommentInput!): AddCommentPayload
    mergePullRequest(input: MergePullRequestInput!): MergePullRequestPayload
    closePullRequest(input: ClosePullRequestInput!): ClosePullRequestPayload
    reopenPullRequest(input: ReopenPullRequestInput!): ReopenPullRequestPayload
    closeIssue(input: CloseIssueInput!): CloseIssuePayload
    createIssue(input: CreateIssueInput!): CreateIssuePayload
    createPullRequest(input: CreatePullRequestInput!): CreatePullRequestPayload
    convertPullRequestToDraft(input: ConvertPullRequestToDraftInput!): ConvertPullRequestToDraftPayload
    markPullRequestReadyForReview(input: MarkPullRequestReadyForReviewInput!): MarkPullRequestReadyForReviewPayload
    pinIssue(input: PinIssueInput!): PinIssuePayload
    unpinIssue(input: UnpinIssueInput!): UnpinIssuePayload
    transferIssue(input: TransferIssueInput!): TransferIssuePayload
    addLabelsToLabelable(input: AddLabelsToLabelableInput!): AddLabelsToLabelablePayload
    removeLabelsFromLabelable(input: RemoveLabelsFromLabelableInput!): RemoveLabelsFromLabelablePayload
  }
  input AddCommentInput {
    subjectId: ID!
    body: String!
    clientMutationId: String
  }
  type AddCommentPayload {
    clientMutationId: String
    commentEdge: IssueCommentEdge
    subject: Node
  }
  type IssueCommentEdge {
    cursor: String!
    node: IssueComment
  }
  input MergePullRequestInput {
    pullRequestId: ID!
    commitHeadline: String
    commitBody: String
    expectedHeadOid: GitObjectID
    mergeMethod: PullRequestMergeMethod = MERGE
    clientMutationId: String
  }
  type MergePullRequestPayload {
    clientMutationId: String
    pullRequest: PullRequest
    actor: Actor
  }
  input ClosePullRequestInput {
    pullRequestId: ID!
    clientMutationId: String
  }
  type ClosePullRequestPayload {
    clientMutationId: String
    pullRequest: PullRequest
  }
  input ReopenPullRequestInput {
    pullRequestId: ID!
    clientMutationId: String
  }
  type ReopenPullRequestPayload {
    clientMutationId: String
    pullRequest: PullRequest
  }
  input CloseIssueInput {
    issueId: ID!
    clientMutationId: String
  }
  input CreateIssueInput {
    repositoryId: ID!
    title: String!
    body: String
    assigneeIds: [ID!]
    labelIds: [ID!]
    clientMutationId: String
  }
  type CreateIssuePayload {
    clientMutationId: String
    issue: Issue
  }
  type CloseIssuePayload {
    clientMutationId: String
    issue: Issue
  }
  input CreatePullRequestInput {
    repositoryId: ID!
    baseRefName: String!
    headRefName: String!
    headRepositoryId: ID
    title: String!
    body: String
    draft: Boolean = false
    maintainerCanModify: Boolean = true
    clientMutationId: String
  }
  type CreatePullRequestPayload {
    clientMutationId: String
    pullRequest: PullRequest
  }
  input ConvertPullRequestToDraftInput {
    pullRequestId: ID!
    clientMutationId: String
  }
  type ConvertPullRequestToDraftPayload {
    clientMutationId: String
    pullRequest: PullRequest
  }
  input MarkPullRequestReadyForReviewInput {
    pullRequestId: ID!
    clientMutationId: String
  }
  type MarkPullRequestReadyForReviewPayload {
    clientMutationId: String
    pullRequest: PullRequest
  }
  input PinIssueInput {
    issueId: ID!
    clientMutationId: String
  }
  type PinIssuePayload {
    clientMutationId: String
    issue: Issue
  }
  input UnpinIssueInput {
    issueId: ID!
    clientMutationId: String
  }
  type UnpinIssuePayload {
    clientMutationId: String
    issue: Issue
  }
  input TransferIssueInput {
    issueId: ID!
    repositoryId: ID!
    createLabelsIfMissing: Boolean = false
    clientMutationId: String
  }
  type TransferIssuePayload {
    clientMutationId: String
    issue: Issue
  }
  input AddLabelsToLabelableInput {
    labelableId: ID!
    labelIds: [ID!]!
    clientMutationId: String
  }
  type AddLabelsToLabelablePayload {
    clientMutationId: String
  }
  input RemoveLabelsFromLabelableInput {
    labelableId: ID!
    labelIds: [ID!]!
    clientMutationId: String
  }
  type RemoveLabelsFromLabelablePayload {
    clientMutationId: String
  }
`;
